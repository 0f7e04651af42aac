import type { Credentials } from '@millrace/testkit'

/** A server to measure. All of them get the same requests. */
export interface Target {
  readonly name: TargetName
  /** What an acknowledgement means, for the report. */
  readonly durability: string
  start(): Promise<RunningTarget>
}

export type TargetName = 'millrace' | 'kinesalite' | 'kinesis-mock' | 'ministack'

export interface RunningTarget {
  readonly host: string
  readonly port: number
  readonly credentials: Credentials
  /** Root of the server's process tree, whose CPU is counted. */
  readonly pid: number
  /** Stops it and starts it on the same data, so that nothing it read or wrote is left in its memory; undefined where data would be lost. */
  readonly restart?: () => Promise<RunningTarget>
  stop(): Promise<void>
}

/** The target cannot be had on this machine; the rest of the run goes on. */
export class TargetUnavailable extends Error {}
