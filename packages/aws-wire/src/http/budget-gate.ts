import type { ListenerBudget } from './byte-budget.js'
import type { ListenerCounters } from './listener-counters.js'

/** A connection as the gate sees it. */
export interface GatedConnection {
  /** Stops (true) or goes on (false) reading because of the budget. */
  holdForBudget(held: boolean): void
  /** When its oldest body that is partly here began, as a number that rises; undefined: there is none. */
  readonly partialBodySince: number | undefined
  /** That body comes too slowly for all those that wait for it. */
  endSlowBody(): void
}

/** How often a closed gate looks whether other lanes have made room. */
const lookMs = 5
/** Before the speed of the body that may pass is judged. */
const passageGraceSeconds = 1

/**
 * Where a lane's sockets meet the budgets: it closes when a bound is passed, and opens when there is room again. While it is
 * closed no socket with a body that is partly here is read, so that small requests are not starved by large ones that wait; past
 * an eighth more, or while answers wait, it is shut: no socket at all is read. While it is closed for request bodies, the oldest body that is partly here may still
 * be read to its end, one among all lanes: bodies that wait for each other's room would wait for ever.
 */
export class BudgetGate {
  closed = false
  /** See `isFull`; as of the last look. */
  shut = false
  private timer: NodeJS.Timeout | undefined
  private holder: GatedConnection | undefined
  private passageBytes = 0
  private passageSeconds = 0
  private bodies = 0

  constructor(
    private readonly budget: ListenerBudget,
    private readonly connections: ReadonlySet<GatedConnection>,
    private readonly counters: ListenerCounters,
    private readonly passageBytesPerSecondMin: number,
  ) {}

  /** Numbers bodies in the order in which they began. */
  nextBody(): number {
    return ++this.bodies
  }

  /** Bytes of a request body are in memory. */
  bodyArrived(connection: GatedConnection, bytes: number): void {
    if (this.holder === connection) this.passageBytes += bytes
    if (this.budget.requests.add(bytes)) return
    if (!this.closed) this.close()
    else if (this.holder !== connection && connection.partialBodySince !== undefined) connection.holdForBudget(true)
  }

  /** The request is answered, or will never be whole. */
  bodyReleased(bytes: number): void {
    this.budget.requests.release(bytes)
    if (this.closed) this.look()
  }

  /** Bytes of answers that wait for their reader: more (positive) or fewer. */
  answersHeld(change: number): void {
    if (change > 0) {
      if (!this.budget.responses.add(change) && !this.closed) this.close()
    } else if (change < 0) {
      this.budget.responses.release(-change)
      if (this.closed) this.look()
    }
  }

  /** No further answers should be begun where reading cannot be stopped without stopping the answers too (HTTP/2). */
  get answersFull(): boolean {
    return this.closed && !this.budget.responses.hasRoom
  }

  /** The connection has finished a body, or is gone. */
  bodyEnded(connection: GatedConnection): void {
    if (this.holder !== connection) return
    this.holder = undefined
    this.budget.requests.givePassageBack()
    connection.holdForBudget(this.shut)
    if (this.closed) this.look()
  }

  /** Once a second. */
  sweep(): void {
    if (this.holder === undefined) return
    const seconds = ++this.passageSeconds - passageGraceSeconds
    if (seconds > 0 && this.passageBytes < seconds * this.passageBytesPerSecondMin) this.holder.endSlowBody()
  }

  stop(): void {
    clearInterval(this.timer)
    if (this.holder !== undefined) this.budget.requests.givePassageBack()
    this.holder = undefined
  }

  private close(): void {
    this.closed = true
    this.counters.budgetStops++
    this.shut = this.isFull
    this.holdConnections()
    this.timer = setInterval(() => this.look(), lookMs)
  }

  /** No byte more, whoever sends it. */
  private get isFull(): boolean {
    const { requests, responses } = this.budget
    return requests.usedBytes > requests.bytesMax + (requests.bytesMax >> 3) || !responses.hasRoom
  }

  private holdConnections(): void {
    for (const connection of this.connections) {
      if (connection !== this.holder) connection.holdForBudget(this.shut || connection.partialBodySince !== undefined)
    }
  }

  private look(): void {
    if (this.budget.requests.hasRoom && this.budget.responses.hasRoom) return this.open()
    if (this.shut !== this.isFull) {
      this.shut = !this.shut
      this.holdConnections()
    }
    if (this.holder === undefined) this.letOldestPass()
  }

  private open(): void {
    this.closed = false
    this.shut = false
    clearInterval(this.timer)
    for (const connection of this.connections) connection.holdForBudget(false)
  }

  private letOldestPass(): void {
    let oldest: GatedConnection | undefined
    for (const connection of this.connections) {
      const since = connection.partialBodySince
      if (since !== undefined && since < (oldest?.partialBodySince ?? Number.POSITIVE_INFINITY)) oldest = connection
    }
    if (oldest === undefined || !this.budget.requests.takePassage()) return
    this.holder = oldest
    this.passageBytes = 0
    this.passageSeconds = 0
    oldest.holdForBudget(false)
  }
}
