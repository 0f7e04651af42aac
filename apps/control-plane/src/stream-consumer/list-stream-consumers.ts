import type { StreamMetadata } from '@millrace/metadata'
import { type DomainError, err, limits, ok, type Result, type StreamId } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { NextTokens } from '../pagination/next-tokens.js'
import { hasShards } from '../shard/shard-life.js'
import { findStream } from '../stream/find-stream.js'
import { wasCreatedAt } from '../stream/stream-description.js'
import type { StreamDirectory } from '../stream/stream-directory.js'
import { notActive } from '../stream/stream-edits.js'
import { describeConsumer } from './consumer-description.js'

/** What a token carries from page to page. The stream's ARN stands beside it; the id tells a later stream of that name. */
interface NextPage {
  readonly streamId: StreamId
  readonly after: string
}

/** By name. */
export class ListStreamConsumers implements LifecycleOperation<'ListStreamConsumers'> {
  constructor(
    private readonly directory: StreamDirectory,
    private readonly tokens: NextTokens,
  ) {}

  handle(call: Call<'ListStreamConsumers'>): Answer<'ListStreamConsumers'> {
    const found = this.streamOf(call)
    if (!found.ok) return found
    const stream = found.value
    const after = this.startAfter(call, stream)
    if (!after.ok) return after
    const rest = stream.consumers.filter(({ name }) => name > after.value)
    const page = rest.slice(0, call.input.MaxResults ?? limits.listedConsumersDefault)
    const next = { streamId: stream.id, after: page.at(-1)?.name ?? '' } satisfies NextPage
    return ok({
      Consumers: page.map((consumer) => describeConsumer(stream, consumer)),
      ...(page.length < rest.length ? { NextToken: this.tokens.issue('ListStreamConsumers', call.principal.account, next) } : {}),
    })
  }

  private streamOf(call: Call<'ListStreamConsumers'>): Result<StreamMetadata, DomainError> {
    const { NextToken, StreamCreationTimestamp: created } = call.input
    if (NextToken !== undefined && created) return invalid('NextToken and StreamCreationTimestamp cannot be provided together.')
    const found = findStream(this.directory, call)
    if (!found.ok) return found
    const { name, account } = found.value
    if (created && !wasCreatedAt(found.value, created)) return err({ kind: 'StreamNotFound', stream: name, account })
    return hasShards(found.value.status) ? found : err(notActive(found.value))
  }

  /** The name after which the page begins. */
  private startAfter({ principal, input }: Call<'ListStreamConsumers'>, stream: StreamMetadata): Result<string, DomainError> {
    if (input.NextToken === undefined) return ok('')
    const redeemed = this.tokens.redeem('ListStreamConsumers', principal.account, input.NextToken)
    if (!redeemed.ok) return redeemed
    const { streamId, after } = redeemed.value as NextPage
    return streamId === stream.id ? ok(after) : invalid('Invalid NextToken.')
  }
}

function invalid(message: string): Result<never, DomainError> {
  return err({ kind: 'InvalidArgument', message })
}
