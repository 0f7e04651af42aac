import type { Limits } from '@millrace/model'

/** What an operator may set; the names are those of `service-kit`'s settings. */
export interface ControlPlaneConfig extends Limits {
  readonly accountId: string
  /** Both or neither. */
  readonly rootAccessKeyId: string | undefined
  readonly rootSecretAccessKey: string | undefined
  /** How long CREATING, UPDATING and DELETING last. */
  readonly stateDelayMs: number
  /** `off`: no call rates; quotas stay. */
  readonly rateLimits: 'on' | 'off'
}
