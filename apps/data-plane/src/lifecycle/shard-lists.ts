import type { ListShardsInput } from '@millrace/aws-models'
import type { AnswerRoom, CallContext, OperationHandler } from '@millrace/aws-wire'
import { type DomainError, err, limits, type Result } from '@millrace/model'

type ValueHandler = Extract<OperationHandler, { form: 'value' }>

/** Of one shard: in the control plane, in the message from there, and as the text that is sent. */
const listedShardBytes = 1024
/** Longer than that a client does not wait. */
const waitMaxMs = 20_000
/** Whoever wants more than his part of the budget holds up those who want a list of the same stream no longer than that. */
const roomWaitMaxMs = 5_000

/**
 * Of a wide stream a list has thousands of shards, and a client may ask for hundreds of lists at once. So each stream's lists are made
 * one after the other, and only while there is room in the budget of answers: neither the control plane nor this lane then makes more
 * than one of them in a turn of its loop, and what waits is no more than a question.
 */
export class ShardLists {
  /** The newest list of each stream, done or not when it resolves. */
  private readonly newest = new Map<string, Promise<unknown>>()

  constructor(
    private readonly list: ValueHandler['handle'],
    private readonly room: AnswerRoom,
    private readonly nowMs: () => number,
  ) {}

  handler(): OperationHandler {
    return { form: 'value', handle: (context, input) => this.inTurn(context, input as ListShardsInput) }
  }

  private inTurn(context: CallContext, input: ListShardsInput): Promise<Result<unknown, DomainError>> {
    const line = lineOf(context, input)
    const untilMs = this.nowMs() + waitMaxMs
    const turn = Promise.resolve(this.newest.get(line)).then(() => this.answer(context, input, untilMs))
    const settled = turn.catch(() => undefined)
    this.newest.set(line, settled)
    void settled.then(() => this.newest.get(line) === settled && this.newest.delete(line))
    return turn
  }

  private async answer(context: CallContext, input: ListShardsInput, untilMs: number): Promise<Result<unknown, DomainError>> {
    if (context.request.signal.aborted) return unavailable('whoever asked has gone')
    const leftMs = untilMs - this.nowMs()
    if (leftMs <= 0) return unavailable('too many lists of shards are asked for')
    const bytes = (input.MaxResults ?? limits.listedShardsDefault) * listedShardBytes
    const need = { bytes, shortBytes: bytes }
    const waitMs = Math.min(leftMs, roomWaitMaxMs)
    const answer = await this.room.holding(context.request.reader, need, waitMs, () => this.list(context, input))
    return answer ?? unavailable('answers that nobody takes fill their budget')
  }
}

/** A token does not tell its stream here: those who go on wait for each other. */
function lineOf({ account, region }: CallContext, { StreamARN, StreamName = '' }: ListShardsInput): string {
  return StreamARN ?? `${account}/${region}/${StreamName}`
}

function unavailable(reason: string): Result<never, DomainError> {
  return err({ kind: 'Unavailable', outcome: 'none', reason })
}
