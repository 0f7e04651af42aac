import type { StreamMetadata } from '@millrace/metadata'
import {
  type Clock,
  type DomainError,
  err,
  limits,
  ok,
  parseShardId,
  type Result,
  type ShardIndex,
  type StreamId,
  type StreamName,
} from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { NextTokens } from '../pagination/next-tokens.js'
import { describeShard } from '../shard/shard-description.js'
import { hasShards, trimHorizonMs } from '../shard/shard-life.js'
import { findStream } from '../stream/find-stream.js'
import { wasCreatedAt } from '../stream/stream-description.js'
import type { StreamDirectory } from '../stream/stream-directory.js'
import { isSelected, type ShardSelection, shardSelection } from './shard-filter.js'

/** Where a page begins and what it selects. */
interface Position {
  readonly stream: StreamMetadata
  readonly after: ShardIndex
  readonly selection: ShardSelection
}

/** What a token carries from page to page: it alone names the stream, and not a later one of the same name. */
interface NextPage {
  readonly streamId: StreamId
  readonly name: StreamName
  readonly after: ShardIndex
  readonly selection: ShardSelection
}

export class ListShards implements LifecycleOperation<'ListShards'> {
  constructor(
    private readonly directory: StreamDirectory,
    private readonly tokens: NextTokens,
    private readonly clock: Clock,
  ) {}

  handle(call: Call<'ListShards'>): Answer<'ListShards'> {
    const { NextToken } = call.input
    const position = NextToken === undefined ? this.firstPage(call) : this.nextPage(call, NextToken)
    if (!position.ok) return position
    const { stream, after, selection } = position.value
    if (!hasShards(stream.status)) {
      return err({ kind: 'StreamNotActive', stream: stream.name, account: stream.account, state: stream.status })
    }
    const horizonMs = trimHorizonMs(stream, this.clock.nowMs())
    const rest = stream.shards.filter((shard) => shard.index > after && isSelected(shard, selection, horizonMs))
    const page = rest.slice(0, call.input.MaxResults ?? limits.listedShardsDefault)
    const next = { streamId: stream.id, name: stream.name, after: page.at(-1)?.index ?? after, selection } satisfies NextPage
    return ok({
      Shards: page.map(describeShard),
      ...(page.length < rest.length ? { NextToken: this.tokens.issue('ListShards', call.principal.account, next) } : {}),
    })
  }

  private firstPage(call: Call<'ListShards'>): Result<Position, DomainError> {
    const { StreamName, StreamARN, ExclusiveStartShardId, StreamCreationTimestamp, ShardFilter } = call.input
    if (StreamName === undefined && StreamARN === undefined) {
      return err({ kind: 'InvalidArgument', message: 'Either NextToken or StreamName should be provided.' })
    }
    const found = findStream(this.directory, call)
    if (!found.ok) return found
    const stream = found.value
    if (StreamCreationTimestamp && !wasCreatedAt(stream, StreamCreationTimestamp)) return err(notFound(stream))
    const after = ExclusiveStartShardId === undefined ? -1 : parseShardId(ExclusiveStartShardId)
    if (after === undefined) return err({ ...notFound(stream), kind: 'ShardNotFound', shardId: ExclusiveStartShardId ?? '' })
    const selection = shardSelection(ShardFilter, stream, this.clock.nowMs())
    return selection.ok ? ok({ stream, after, selection: selection.value }) : selection
  }

  private nextPage(call: Call<'ListShards'>, token: string): Result<Position, DomainError> {
    const beside = besideToken.find((member) => call.input[member] !== undefined)
    if (beside) return err(together(beside))
    const redeemed = this.tokens.redeem('ListShards', call.principal.account, token)
    if (!redeemed.ok) return err(refusalOf(redeemed.error, call.input.StreamName))
    const { streamId, name, after, selection } = redeemed.value as NextPage
    const stream = this.directory.byStreamId(streamId)
    return stream ? ok({ stream, after, selection }) : err(notFound({ name, account: call.account }))
  }
}

/** Members that say which page is wanted, as a token does. A stream beside a good token is not looked at. */
const besideToken = ['StreamCreationTimestamp', 'ExclusiveStartShardId', 'ShardFilter'] as const

/** AWS was seen to complain of the name that stands beside a token that is none. */
function refusalOf(error: DomainError, streamName: string | undefined): DomainError {
  return error.kind === 'InvalidArgument' && streamName !== undefined ? together('StreamName') : error
}

function together(member: string): DomainError {
  return { kind: 'InvalidArgument', message: `NextToken and ${member} cannot be provided together.` }
}

function notFound({ name, account }: Pick<StreamMetadata, 'name' | 'account'>) {
  return { kind: 'StreamNotFound', stream: name, account } as const
}
