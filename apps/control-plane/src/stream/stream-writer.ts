import { randomUUID } from 'node:crypto'
import { DatabaseUnavailable, type StateChange, type StreamRepository } from '@millrace/metadata'
import { type DomainError, err, ok, type Result } from '@millrace/model'
import type { Logger } from '@millrace/service-kit'
import type { StatePublisher } from '../cluster-state/state-publisher.js'
import type { StreamDirectory } from './stream-directory.js'

/** What is to change, and what whoever asked for it is told when it has. */
export interface Decided<Answer> {
  readonly changes: readonly StateChange[]
  readonly answer: Answer
}

/** Decides on the state as it is; an error refuses the request. Must have no effect of its own: it may run twice. */
export type Decision<Answer> = (directory: StreamDirectory) => Result<Decided<Answer>, DomainError>

/** What a decision is made on: what is known here, which a commit checks, or what the database says now. */
type Basis = 'asKnown' | 'asStored'

const waitingMax = 1_000
/** A change that has not begun within it is refused, and one that is stored answered: whoever asked for it will not wait much longer. */
const waitMaxMs = 5_000
/** How often a change is decided anew because another writer was faster. */
const attemptsMax = 5

/**
 * Every change of a stream goes through here, one after the other: decide on what is, store, tell the nodes, show. What is shown is
 * therefore stored, and in force on all nodes that there are: a change that one of them does not confirm holds up those behind it. When
 * the database stays away in the middle, nobody knows whether the change was stored: then all is read again before the next decision.
 */
export class StreamWriter {
  /** Called after every change, done or not. */
  onSettled: () => void = () => {}
  private last: Promise<unknown> = Promise.resolve()
  private waiting = 0
  private isStale = true
  /** Resolves when the nodes hold what was stored, and it is shown. */
  private inForce: Promise<void> = Promise.resolve()

  constructor(
    private readonly repository: StreamRepository,
    private readonly directory: StreamDirectory,
    private readonly publisher: StatePublisher,
    private readonly logger: Logger,
  ) {}

  /** Resolves to the answer of the decision that was stored. */
  change<Answer>(decide: Decision<Answer>): Promise<Result<Answer, DomainError>> {
    return this.enqueue(decide, 'asKnown')
  }

  /**
   * Looks at the state as it is stored at this moment, for what is about to be done and cannot be undone: the database is there, and
   * no other writer has changed it.
   */
  verify<Seen>(look: (directory: StreamDirectory) => Seen): Promise<Result<Seen, DomainError>> {
    return this.enqueue((directory) => ok({ changes: [], answer: look(directory) }), 'asStored')
  }

  /** Resolves when all changes that wait are done. */
  async drain(): Promise<void> {
    await this.last
  }

  private enqueue<Answer>(decide: Decision<Answer>, basis: Basis): Promise<Result<Answer, DomainError>> {
    if (this.waiting >= waitingMax) return Promise.resolve(unavailable('none', 'too many changes are waiting'))
    this.waiting++
    const turn = inTime(this.last, waitMaxMs)
    const done = turn.then((hasCome) =>
      hasCome ? this.carryOut(decide, basis) : unavailable('none', 'the changes before it take too long'),
    )
    this.last = Promise.allSettled([this.last, done])
      .then(() => Promise.allSettled([this.inForce]))
      .then(() => {
        this.waiting--
        this.onSettled()
      })
    return done
  }

  private async carryOut<Answer>(decide: Decision<Answer>, basis: Basis): Promise<Result<Answer, DomainError>> {
    try {
      if (basis === 'asStored') this.isStale ||= (await this.repository.revision()) !== this.directory.revision
      for (let attempt = 0; attempt < attemptsMax; attempt++) {
        if (this.isStale && !(await this.readAgain())) return unavailable('none', notConfirmed)
        const decided = decide(this.directory)
        if (!decided.ok) return decided
        const { changes, answer } = decided.value
        const stored = changes.length === 0 ? 'inForce' : await this.store(changes)
        if (stored === 'inForce') return ok(answer)
        if (stored === 'notConfirmed') return unavailable('unknown', notConfirmed)
      }
      return unavailable('none', 'other writers were faster every time')
    } catch (error) {
      this.isStale = true
      if (!(error instanceof DatabaseUnavailable)) throw error
      this.logger.error('the database is away, a change could not be stored', { error })
      return unavailable('unknown', error.message)
    }
  }

  /** `superseded`: another writer was faster, and what is known is out of date. */
  private async store(changes: readonly StateChange[]): Promise<'inForce' | 'notConfirmed' | 'superseded'> {
    const outcome = await this.repository.commit({ id: randomUUID(), revision: this.directory.revision, changes })
    this.isStale = outcome === 'superseded'
    if (this.isStale) return 'superseded'
    const revision = this.directory.revision + 1
    const told = this.publisher.publish(changes, revision)
    const isInForce = await this.show(told, () => this.directory.apply(changes, revision))
    return isInForce ? 'inForce' : 'notConfirmed'
  }

  private async readAgain(): Promise<boolean> {
    const snapshot = await this.repository.load()
    if (snapshot.revision !== this.directory.revision) {
      const told = this.publisher.publishAll(snapshot)
      if (!(await this.show(told, () => this.directory.replace(snapshot)))) return false
    }
    this.isStale = false
    return true
  }

  /** False: a node takes longer than is waited for here. It is shown when all hold it, and nothing else is changed before. */
  private show(told: Promise<void>, apply: () => void): Promise<boolean> {
    this.inForce = told.then(apply)
    return inTime(this.inForce, waitMaxMs)
  }
}

const notConfirmed = 'a node does not confirm what it was told'

function unavailable(outcome: 'none' | 'unknown', reason: string): Result<never, DomainError> {
  return err({ kind: 'Unavailable', outcome, reason })
}

/** Whether it comes about within that time; rejects as it does. */
async function inTime(awaited: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => (timer = setTimeout(resolve, ms, false)))
  try {
    return await Promise.race([awaited.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}
