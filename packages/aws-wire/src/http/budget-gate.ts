import type { AnswerReader } from './answer-reader.js'
import type { ByteBudget, ListenerBudget } from './byte-budget.js'
import type { ListenerCounters } from './listener-counters.js'

/** A connection as the gate sees it. */
export interface GatedConnection {
  readonly reader: AnswerReader
  /** Stops (true) or goes on (false) reading because of the budget. */
  holdForBudget(held: boolean): void
  /** When its oldest body that is partly here began, as a number that rises; undefined: there is none. */
  readonly partialBodySince: number | undefined
  /** Its client has not taken all of its answers. */
  readonly hasUnsent: boolean
  /** What lets its answers go on comes the same way as its requests (HTTP/2). */
  readonly readsForAnswers: boolean
  /** That body comes too slowly for all those that wait for it. */
  endSlowBody(): void
}

/** How often a closed gate looks whether other lanes have made room. */
const lookMs = 5
/** So many looks are a second, or more on a busy machine. */
const looksPerSecond = 1000 / lookMs

/**
 * Where a lane's sockets meet the budgets. Past the bound of request bodies no socket with a body that is partly here is read,
 * and past the bound of answers none whose client has answers to take, so that what is small still comes through; past an eighth
 * more no socket at all. The oldest body that is partly here may always be read to its end, one among all lanes:
 * bodies that wait for each other's room would wait for ever.
 */
export class BudgetGate {
  private bodiesWait = false
  private noBodies = false
  private answersWait = false
  private noAnswers = false
  private timer: NodeJS.Timeout | undefined
  private holder: GatedConnection | undefined
  private passageBytes = 0
  private passageLooks = 0
  private bodies = 0

  constructor(
    private readonly budget: ListenerBudget,
    private readonly connections: ReadonlySet<GatedConnection>,
    private readonly counters: ListenerCounters,
    private readonly passageBytesPerSecondMin: number,
  ) {}

  /** Bodies that are partly here wait, but one. */
  get holdsBodies(): boolean {
    return this.bodiesWait
  }

  /** Clients who take nothing of their answers hold up others. */
  get holdsAnswers(): boolean {
    return this.answersWait || this.budget.responses.isPressed
  }

  /** No further answers should be begun where reading cannot be stopped without stopping the answers too (HTTP/2). */
  get answersFull(): boolean {
    return this.noAnswers
  }

  holds(connection: GatedConnection): boolean {
    if (this.answersWait && !connection.readsForAnswers && (this.noAnswers || connection.hasUnsent)) return true
    if (connection === this.holder) return false
    return this.noBodies || (this.bodiesWait && connection.partialBodySince !== undefined)
  }

  /** Numbers bodies in the order in which they began. */
  nextBody(): number {
    return ++this.bodies
  }

  /** Bytes of a request body are in memory. */
  bodyArrived(connection: GatedConnection, bytes: number): void {
    if (this.holder === connection) this.passageBytes += bytes
    if (this.budget.requests.add(bytes)) return
    this.look()
    connection.holdForBudget(this.holds(connection))
  }

  /** The request is answered, or will never be whole. */
  bodyReleased(bytes: number): void {
    this.budget.requests.release(bytes)
    if (this.isClosed) this.look()
  }

  /** Bytes of answers that wait for their reader: more (positive) or fewer. */
  answersHeld(connection: GatedConnection, change: number): void {
    connection.reader.heldBytes += change
    if (change > 0) {
      if (!this.budget.responses.add(change)) this.look()
    } else if (change < 0) {
      this.budget.responses.release(-change)
      if (this.isClosed) this.look()
    }
    if (this.answersWait) connection.holdForBudget(this.holds(connection))
  }

  /** The connection has finished a body, or is gone. */
  bodyEnded(connection: GatedConnection): void {
    if (!this.isClosed) return
    if (this.holder === connection) this.endPassage()
    connection.holdForBudget(this.holds(connection))
    this.look()
  }

  stop(): void {
    clearInterval(this.timer)
    this.endPassage()
  }

  private get isClosed(): boolean {
    return this.timer !== undefined
  }

  /** Opens or closes as far as the budgets say, and lets the oldest body pass. */
  private look(): void {
    const { requests, responses } = this.budget
    const bodiesWait = isOver(requests, this.bodiesWait)
    const answersWait = isOver(responses, this.answersWait)
    const [noBodies, noAnswers] = [isFarOver(requests), isFarOver(responses)]
    const bodiesChanged = bodiesWait !== this.bodiesWait || noBodies !== this.noBodies
    const answersChanged = answersWait !== this.answersWait || noAnswers !== this.noAnswers
    this.bodiesWait = bodiesWait
    this.noBodies = noBodies
    this.answersWait = answersWait
    this.noAnswers = noAnswers
    if (!bodiesWait) this.endPassage()
    if (bodiesChanged || answersChanged) this.turn(bodiesWait || answersWait)
    if (bodiesWait && this.holder === undefined) this.letOldestPass()
  }

  private turn(closed: boolean): void {
    if (closed && this.timer === undefined) {
      this.counters.budgetStops++
      this.timer = setInterval(() => this.lookAgain(), lookMs)
    } else if (!closed) {
      clearInterval(this.timer)
      this.timer = undefined
    }
    for (const connection of this.connections) connection.holdForBudget(this.holds(connection))
  }

  private lookAgain(): void {
    if (++this.passageLooks >= looksPerSecond) this.judgePassage()
    this.look()
  }

  /** Each second by itself: what came before is no excuse for holding up all others now. */
  private judgePassage(): void {
    if (this.passageBytes < this.passageBytesPerSecondMin) this.holder?.endSlowBody()
    this.passageBytes = 0
    this.passageLooks = 0
  }

  private endPassage(): void {
    if (this.holder === undefined) return
    this.holder = undefined
    this.budget.requests.givePassageBack()
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
    this.passageLooks = 0
    oldest.holdForBudget(this.holds(oldest))
  }
}

/** Once over, it takes some distance from the bound to be under it again. */
function isOver(budget: ByteBudget, wasOver: boolean): boolean {
  return wasOver ? !budget.hasRoom : budget.usedBytes > budget.bytesMax
}

/** An eighth is for what is small, or was on its way. */
function isFarOver(budget: ByteBudget): boolean {
  return budget.usedBytes > budget.bytesMax + (budget.bytesMax >> 3)
}
