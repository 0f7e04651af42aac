import { BodyCollector, type CollectedBody } from './body-collector.js'
import type { Connection } from './connection.js'
import type { ListenerCore } from './listener-core.js'
import { isSlowBody } from './listener-limits.js'

/** The body of a request whose bytes another parser hands over: bounded, counted while it arrives, judged by its pace. */
export class IncomingBody {
  /** See `GatedConnection`; undefined while nothing is awaited. */
  partialSince: number | undefined
  private collector: BodyCollector | undefined
  /** In the listener's seconds: of the last byte, and of the first. */
  private lastAt = 0
  private began = 0

  constructor(
    private readonly core: ListenerCore,
    private readonly connection: Connection,
  ) {}

  /** `lengthMax`: the declared length, or the bound where none is declared. */
  expect(lengthMax: number): void {
    this.collector = new BodyCollector(lengthMax)
    this.partialSince = this.core.gate.nextBody()
    this.lastAt = this.began = this.core.second
  }

  get isAwaited(): boolean {
    return this.collector !== undefined
  }

  /** False: it would be longer than a body may be, and is not taken. */
  take(chunk: Buffer): boolean {
    const { collector, core } = this
    if (collector === undefined) return true
    this.lastAt = core.second
    if (collector.receivedBytes + chunk.length > core.limits.bodyBytesMax) return false
    collector.add(chunk)
    core.gate.bodyArrived(this.connection, chunk.length)
    return true
  }

  /** Its last byte was there; undefined: it is not awaited any more. It counts until it is answered. */
  finish(): CollectedBody | undefined {
    const { collector } = this
    this.forget()
    return collector?.finish()
  }

  /** Called once a second. `listenedTo`: what was sent has had the time to be read. */
  isSlow(listenedTo: boolean): boolean {
    const { collector, core } = this
    if (collector === undefined) return false
    if (!listenedTo) this.began++
    return listenedTo && isSlowBody(core.limits, core.second - this.lastAt, core.second - this.began, collector.receivedBytes)
  }

  /** It will never be whole. */
  release(): void {
    if (this.collector === undefined) return
    const { receivedBytes } = this.collector
    this.forget()
    this.core.gate.bodyReleased(receivedBytes)
  }

  private forget(): void {
    if (this.collector === undefined) return
    this.collector = undefined
    this.partialSince = undefined
    this.core.gate.bodyEnded(this.connection)
  }
}
