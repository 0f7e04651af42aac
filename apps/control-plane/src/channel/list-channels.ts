import type { StreamFilter } from '@millrace/aws-models'
import type { StreamMetadata } from '@millrace/metadata'
import { type DomainError, limits, ok, type Result, streamArn } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { NextTokens } from '../pagination/next-tokens.js'
import { wasCreatedAt } from '../stream/stream-description.js'
import type { StreamDirectory } from '../stream/stream-directory.js'
import { summarizeChannel } from './channel-description.js'
import { channelsIn } from './find-channel.js'

/** The channels of the account in the region, by name. */
export class ListChannels implements LifecycleOperation<'ListChannels'> {
  constructor(
    private readonly directory: StreamDirectory,
    private readonly tokens: NextTokens,
  ) {}

  handle(call: Call<'ListChannels'>): Answer<'ListChannels'> {
    const { account, region, input } = call
    const after = this.startAfter(call)
    if (!after.ok) return after
    const streams = [...this.directory.in(account, region)].filter((stream) => isSelected(stream, input.StreamFilter))
    const rest = [...channelsIn(streams)]
      .filter(({ channel }) => channel.name > after.value)
      .sort((a, b) => (a.channel.name < b.channel.name ? -1 : 1))
    const page = rest.slice(0, Math.min(input.MaxResults ?? limits.listedChannelsMax, limits.listedChannelsMax))
    const last = page.at(-1)
    return ok({
      ChannelSummaries: page.map(({ stream, channel }) => summarizeChannel(stream, channel)),
      ...(last && page.length < rest.length ? { NextToken: this.tokens.issue('ListChannels', account, last.channel.name) } : {}),
    })
  }

  /** The name after which the page begins. */
  private startAfter({ account, input }: Call<'ListChannels'>): Result<string, DomainError> {
    if (input.NextToken === undefined) return ok('')
    return this.tokens.redeem('ListChannels', account, input.NextToken) as Result<string, DomainError>
  }
}

/** Without a filter every stream is. */
function isSelected(stream: StreamMetadata, filters: readonly StreamFilter[] | undefined): boolean {
  const arn = streamArn(stream.account, stream.region, stream.name)
  if (!filters) return true
  return filters.some(({ StreamARN, StreamCreationTimestamp: created }) => {
    return StreamARN === arn && (created === undefined || wasCreatedAt(stream, created))
  })
}
