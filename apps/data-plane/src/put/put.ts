import type { CallContext, OperationHandler, PutResults, PutSource } from '@millrace/aws-wire'
import { type DomainError, err, ok, type Result } from '@millrace/model'
import type { ShardMap, StreamView } from '@millrace/streams'
import { locateStream } from '../route/locate-stream.js'
import type { Owners } from '../route/owners.js'
import { notTaken, PutOutcome } from './put-outcome.js'
import { type OwnerBatch, packPut } from './put-pack.js'
import { PutPlan } from './put-plan.js'
import { refusalOf } from './put-rules.js'

type PutAnswer = Result<PutResults, DomainError> | 'undecodable'

/** A put that meets a closed shard waits so long for a map that leads on. */
const rerouteMsDefault = 5_000

/** PutRecord and PutRecords: route, decode for each owner, append there, and say what became of each record. */
export class Put {
  constructor(
    private readonly map: ShardMap,
    private readonly owners: Owners,
    private readonly nowMs: () => number,
    private readonly rerouteMsMax = rerouteMsDefault,
  ) {}

  handler(): OperationHandler {
    return { form: 'put', handle: (context, source) => this.put(context, source) }
  }

  private async put(context: CallContext, source: PutSource): Promise<PutAnswer> {
    const { revision } = this.map
    const located = this.serving(context, source)
    if (!located.ok) return located
    const stream = located.value
    const refusal = refusalOf(context, source, stream, this.nowMs())
    if (refusal) return err(refusal)
    const plan = new PutPlan(source.recordCount)
    const outcome = new PutOutcome(stream.entry, plan)
    const all = Int32Array.from({ length: source.recordCount }, (_, i) => i)
    const answer = await this.attempt(context, source, stream, plan, outcome, all)
    if (answer === 'done') return finished(context, outcome)
    if (answer === 'sealed') return this.reroute(context, source, plan, outcome, revision)
    return answer
  }

  private serving(context: CallContext, source: PutSource): Result<StreamView, DomainError> {
    const located = locateStream(this.map, context, { StreamName: source.streamName, StreamARN: source.streamArn })
    if (!located.ok || located.value.isServing) return located
    const { name, account } = located.value.entry
    return err({ kind: 'StreamNotFound', stream: name, account })
  }

  private async attempt(
    context: CallContext,
    source: PutSource,
    stream: StreamView,
    plan: PutPlan,
    outcome: PutOutcome,
    pending: Int32Array,
  ): Promise<Result<never, DomainError> | 'done' | 'sealed' | 'undecodable'> {
    const firstPart = plan.parts.length
    const misrouted = plan.route(source, stream, pending)
    if (misrouted) return err(misrouted)
    if (source.dryRun) return err({ kind: 'DryRunPassed', operation: context.operation })
    const batches = await packPut(source, plan, pending, firstPart, stream.entry.id)
    if (!batches) return 'undecodable'
    const settled = await Promise.all(batches.map((batch) => this.append(batch, outcome)))
    return settled.every(Boolean) ? 'done' : 'sealed'
  }

  /** False: some of its records are to be routed anew. */
  private async append(batch: OwnerBatch, outcome: PutOutcome): Promise<boolean> {
    const owner = this.owners.at(batch.address)
    if (!owner) return false
    const reply = await owner.append(batch.request)
    let settled = true
    for (let i = 0; i < batch.parts.length; i++) settled = outcome.settle(batch.parts[i], reply.parts[i]) && settled
    return settled
  }

  /**
   * Only the records that no shard took go on: within the bound they find the children, past it each is refused as worth a retry.
   * Where the stream is gone and none was taken, the request is refused. `routedBy`: the revision of the map that led to the closed
   * shards.
   */
  private async reroute(
    context: CallContext,
    source: PutSource,
    plan: PutPlan,
    outcome: PutOutcome,
    routedBy: number,
  ): Promise<PutAnswer> {
    const deadlineMs = performance.now() + this.rerouteMsMax
    let revision = routedBy
    for (;;) {
      const pending = Int32Array.from({ length: plan.recordCount }, (_, i) => i).filter((record) => !outcome.isSettled(record))
      if (pending.length === 0) return finished(context, outcome)
      const leftMs = deadlineMs - performance.now()
      await this.map.nextRevision(Math.max(1, Math.min(leftMs, 200)), revision)
      revision = this.map.revision
      const located = this.serving(context, source)
      if (!located.ok && pending.length === plan.recordCount) return located
      const answer =
        located.ok && leftMs > 0 ? await this.attempt(context, source, located.value, plan, outcome, pending) : 'given up'
      if (answer !== 'done' && answer !== 'sealed') this.giveUp(plan, outcome, pending, located.ok ? tooLate : located.error)
    }
  }

  private giveUp(plan: PutPlan, outcome: PutOutcome, pending: Int32Array, reason: DomainError): void {
    for (const part of new Set(pending.map((record) => plan.partOf[record]))) outcome.fail(part, notTaken(reason))
  }
}

const tooLate: DomainError = { kind: 'Unavailable', outcome: 'none', reason: 'no open shard took the records in time' }

/** A request of one record is refused as a whole, one of many record by record. */
function finished(context: CallContext, outcome: PutOutcome): PutAnswer {
  const error = context.operation === 'PutRecord' ? outcome.errorOf(0) : undefined
  return error ? err(error.whole) : ok(outcome)
}
