import type { Clock, StreamId } from '@millrace/model'
import type { Logger } from '@millrace/service-kit'
import type { DataPlane } from '@millrace/streams'
import type { ShardPlacement } from '../cluster-state/shard-placement.js'
import type { ReshardingStream, StreamDirectory } from '../stream/stream-directory.js'
import type { StreamWriter } from '../stream/stream-writer.js'
import { carryOut } from './carry-out.js'

/** At a time; the others wait for their turn. */
const underWayMax = 16
/** The longest sleep, after which the clock is read again: it may have been set. */
const sleepMaxMs = 1_000
const retryMsMin = 100
const retryMsMax = 5_000
/** An intent's children begin up to a second after the state's time is over; what lies further ahead is the work of a clock that was set back. */
const aheadMsMax = 2_000

export interface EngineParts {
  readonly directory: StreamDirectory
  readonly writer: StreamWriter
  readonly placement: ShardPlacement
  readonly clock: Clock
  readonly logger: Logger
  /** How long the clock may be away from the beginning of an intent's children when it is stored. */
  readonly stateDelayMs: number
}

/**
 * Carries out the reshards that are stored, each when its time has come and again until it is done: sealing that fails is never
 * skipped. It remembers nothing that matters, so whatever a crash leaves is taken up at the next start.
 */
export class ReshardEngine {
  private dataPlane: DataPlane | undefined
  private timer: NodeJS.Timeout | undefined
  private isRunning = false
  private readonly underWay = new Map<StreamId, Promise<void>>()
  private readonly retries = new Map<StreamId, { readonly failures: number; readonly notBeforeMs: number }>()

  constructor(private readonly parts: EngineParts) {}

  start(): void {
    this.isRunning = true
    this.schedule()
  }

  stop(): void {
    this.isRunning = false
    clearTimeout(this.timer)
  }

  /** From now on shards are sealed there. What is returned lets it go, and resolves when nothing is asked of it any more. */
  bind(dataPlane: DataPlane): () => Promise<void> {
    this.dataPlane = dataPlane
    this.schedule()
    return async () => {
      this.dataPlane = undefined
      await Promise.all(this.underWay.values())
    }
  }

  /** Sleeps until the next reshard is due; called again whenever streams have changed. */
  schedule(): void {
    if (!this.isRunning || !this.dataPlane) return
    const waiting = [...this.parts.directory.reshardingStreams()].filter(({ id }) => !this.underWay.has(id))
    if (waiting.length === 0 || this.underWay.size >= underWayMax) return
    const sleepMs = Math.min(...waiting.map((stream) => this.waitMs(stream)), sleepMaxMs)
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      this.beginDue()
      this.schedule()
    }, sleepMs)
  }

  /** Carries out what is due now, each at most once. */
  async advance(): Promise<void> {
    this.beginDue()
    while (this.underWay.size > 0) {
      await Promise.race(this.underWay.values())
      this.beginDue()
    }
  }

  private beginDue(): void {
    const { dataPlane } = this
    const { directory } = this.parts
    for (const id of this.retries.keys()) if (!directory.isResharding(id)) this.retries.delete(id)
    if (!dataPlane) return
    for (const stream of directory.reshardingStreams()) {
      if (this.underWay.size >= underWayMax) return
      if (!this.underWay.has(stream.id) && this.waitMs(stream) === 0) this.begin(stream, dataPlane)
    }
  }

  private begin(stream: ReshardingStream, dataPlane: DataPlane): void {
    const attempt = this.attempt(stream, dataPlane).then(() => {
      this.underWay.delete(stream.id)
      this.schedule()
    })
    this.underWay.set(stream.id, attempt)
  }

  private async attempt(stream: ReshardingStream, dataPlane: DataPlane): Promise<void> {
    const outcome = await carryOut(stream, { ...this.parts, dataPlane }).catch((error) => {
      return { kind: 'failed', state: 'unknown', reason: String(error) } as const
    })
    if (outcome.kind === 'over') {
      this.retries.delete(stream.id)
      return
    }
    const { state, reason } = outcome
    const failures = (this.retries.get(stream.id)?.failures ?? 0) + 1
    const pauseMs = Math.min(retryMsMax, retryMsMin * 2 ** (failures - 1))
    this.retries.set(stream.id, { failures, notBeforeMs: this.parts.clock.nowMs() + pauseMs })
    this.parts.logger.warn('a reshard failed; trying again', { stream: stream.name, state, reason, failures })
  }

  /** 0: due. */
  private waitMs({ id, reshard }: ReshardingStream): number {
    const { clock, stateDelayMs } = this.parts
    const beginMs = (reshard.intent.closedSecond + 1) * 1000
    const nowMs = clock.nowMs()
    const retryMs = timeTo(this.retries.get(id)?.notBeforeMs ?? 0, nowMs, retryMsMax)
    return Math.max(retryMs, timeTo(beginMs, nowMs, stateDelayMs + aheadMsMax))
  }
}

/** Nothing, where it is further away than it can be: the clock was set back. */
function timeTo(atMs: number, nowMs: number, awayMsMax: number): number {
  const awayMs = Math.max(0, atMs - nowMs)
  return awayMs > awayMsMax ? 0 : awayMs
}
