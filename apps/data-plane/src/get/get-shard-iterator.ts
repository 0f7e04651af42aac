import type { GetShardIteratorInput, GetShardIteratorOutput } from '@millrace/aws-models'
import type { CallContext, OperationHandler } from '@millrace/aws-wire'
import { type DomainError, err, ok, parseShardId, type Result, shardIdOf } from '@millrace/model'
import {
  type ReadFrom,
  resolveStreamAddress,
  type ShardEntry,
  type ShardMap,
  type StreamView,
  sealIterator,
} from '@millrace/streams'
import { locateStream } from '../route/locate-stream.js'
import { followingMap, noOwner } from '../route/moving-shard.js'
import type { Owners } from '../route/owners.js'
import { readRateExceeded } from './read-rate-exceeded.js'
import { startOffset } from './starting-position.js'

/** GetShardIterator: where to read a shard from. The shard's owner counts the calls. */
export class GetShardIterator {
  constructor(
    private readonly map: ShardMap,
    private readonly owners: Owners,
    private readonly iteratorKey: () => Uint8Array,
    private readonly nowMs: () => number,
  ) {}

  handler(): OperationHandler {
    return {
      form: 'value',
      handle: followingMap(this.map, (context, input) => this.get(context, input as GetShardIteratorInput)),
    }
  }

  private async get(context: CallContext, input: GetShardIteratorInput): Promise<Result<GetShardIteratorOutput, DomainError>> {
    if (input.DryRun) return this.tryOut(context, input)
    const located = this.locate(context, input)
    if (!located.ok) return located
    const { stream, shard } = located.value
    const start = this.start(input, stream, shard)
    if (!start.ok) return start
    const end = await this.admit(stream, shard)
    if (!end.ok) return end
    const from = start.value === 'latest' ? end.value : start.value
    const { id, name, account, region } = stream.entry
    const address = { account, region, streamName: name }
    const position = { createdMs: this.nowMs(), streamId: id, ...address, shard: shard.index, from }
    return ok({ ShardIterator: sealIterator(position, this.iteratorKey()) })
  }

  /** A dry run looks at the stream only, neither at the shard nor at the position. */
  private tryOut(context: CallContext, input: GetShardIteratorInput): Result<never, DomainError> {
    const located = locateStream(this.map, context, input)
    if (!located.ok) return located
    const { isServing, entry } = located.value
    if (!isServing) return err({ kind: 'StreamNotFound', stream: entry.name, account: entry.account })
    return err({ kind: 'DryRunPassed', operation: 'GetShardIterator' })
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
    if (!shard && stream?.expects(index)) return err(noOwner)
    if (!stream || !shard)
      return err<DomainError>({ kind: 'ShardDoesNotExist', shardId: shardIdOf(index), stream: name, account })
    return ok({ stream, shard })
  }

  private start(input: GetShardIteratorInput, stream: StreamView, shard: ShardEntry) {
    return startOffset(
      { type: input.ShardIteratorType ?? '', sequenceNumber: input.StartingSequenceNumber, timestamp: input.Timestamp },
      { stream: stream.entry, shard, nowMs: this.nowMs(), operation: 'GetShardIterator' },
    )
  }

  /** Where the shard ends. */
  private async admit({ entry }: StreamView, shard: ShardEntry): Promise<Result<ReadFrom, DomainError>> {
    const reply = await this.owners.at(shard.owner)?.admitIterator({ streamId: entry.id, shard: shard.index })
    switch (reply?.kind) {
      case 'admitted':
        return ok({ kind: 'offset', offset: reply.nextOffset })
      case 'throttled':
        return err(readRateExceeded(entry, shard.index))
      case 'Unavailable':
        return err(reply)
      default:
        return err(noOwner)
    }
  }
}
