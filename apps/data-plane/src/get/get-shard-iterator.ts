import type { GetShardIteratorInput, GetShardIteratorOutput } from '@millrace/aws-models'
import type { CallContext, OperationHandler } from '@millrace/aws-wire'
import { type DomainError, err, ok, parseShardId, type Result, type ShardIndex, shardIdOf } from '@millrace/model'
import {
  type ReadFrom,
  resolveStreamAddress,
  type ShardEntry,
  type ShardMap,
  type StreamView,
  sealIterator,
} from '@millrace/streams'
import type { Owners } from '../route/owners.js'
import { startOffset } from './starting-position.js'

/** GetShardIterator: where to read a shard from. Only LATEST asks the shard's owner. */
export class GetShardIterator {
  constructor(
    private readonly map: ShardMap,
    private readonly owners: Owners,
    private readonly iteratorKey: () => Uint8Array,
    private readonly nowMs: () => number,
  ) {}

  handler(): OperationHandler {
    return { form: 'value', handle: (context, input) => this.get(context, input as GetShardIteratorInput) }
  }

  private async get(context: CallContext, input: GetShardIteratorInput): Promise<Result<GetShardIteratorOutput, DomainError>> {
    const located = this.locate(context, input)
    if (!located.ok) return located
    const { stream, shard } = located.value
    const from = await this.position(input, stream, shard)
    if (!from.ok) return from
    if (input.DryRun) return err({ kind: 'DryRunPassed' })
    const { id, name, account, region } = stream.entry
    const address = { account, region, streamName: name }
    const position = { createdMs: this.nowMs(), streamId: id, ...address, shard: shard.index, from: from.value }
    return ok({ ShardIterator: sealIterator(position, this.iteratorKey()) })
  }

  /** AWS finds out a bad shard id before it looks at the stream. */
  private locate(context: CallContext, input: GetShardIteratorInput) {
    const address = resolveStreamAddress(context, input)
    if (!address.ok) return address
    const { account, region, name } = address.value
    const index = parseShardId(input.ShardId ?? '')
    if (index === undefined)
      return err<DomainError>({ kind: 'ShardNotFound', shardId: input.ShardId ?? '', stream: name, account })
    const stream = this.map.find(account, region, name)
    const shard = stream?.isServing ? stream.shard(index) : undefined
    if (!stream || !shard)
      return err<DomainError>({ kind: 'ShardDoesNotExist', shardId: shardIdOf(index), stream: name, account })
    return ok({ stream, shard })
  }

  private async position(
    input: GetShardIteratorInput,
    stream: StreamView,
    shard: ShardEntry,
  ): Promise<Result<ReadFrom, DomainError>> {
    const start = startOffset(
      { type: input.ShardIteratorType ?? '', sequenceNumber: input.StartingSequenceNumber, timestamp: input.Timestamp },
      { stream: stream.entry, shard, nowMs: this.nowMs(), operation: 'GetShardIterator' },
    )
    if (!start.ok || start.value !== 'latest') return start as Result<ReadFrom, DomainError>
    return this.latest(stream, shard, shard.index)
  }

  private async latest(stream: StreamView, shard: ShardEntry, index: ShardIndex): Promise<Result<ReadFrom, DomainError>> {
    const reply = await this.owners.at(shard.owner)?.end({ streamId: stream.entry.id, shard: index })
    if (reply?.kind === 'end') return ok({ kind: 'offset', offset: reply.nextOffset })
    if (reply?.kind === 'Unavailable') return err(reply)
    return err({ kind: 'Unavailable', outcome: 'none', reason: 'the shard has no owner now' })
  }
}
