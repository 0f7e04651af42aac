import type { StreamMetadata } from '@millrace/metadata'
import { type DomainError, err, limits, ok, type Result } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { NextTokens } from '../pagination/next-tokens.js'
import { streamSummary } from '../stream/stream-description.js'
import type { StreamDirectory } from '../stream/stream-directory.js'

export class ListStreams implements LifecycleOperation<'ListStreams'> {
  constructor(
    private readonly directory: StreamDirectory,
    private readonly tokens: NextTokens,
  ) {}

  handle(call: Call<'ListStreams'>): Answer<'ListStreams'> {
    const after = this.startAfter(call)
    if (!after.ok) return after
    const rest = [...this.directory.in(call.account, call.region)].filter((stream) => stream.name > after.value).sort(byName)
    const page = rest.slice(0, Math.min(call.input.Limit ?? limits.listedStreamsMax, limits.listedStreamsMax))
    const hasMore = page.length < rest.length
    return ok({
      StreamNames: page.map((stream) => stream.name),
      HasMoreStreams: hasMore,
      ...(hasMore ? { NextToken: this.tokens.issue('ListStreams', call.account, page[page.length - 1].name) } : {}),
      StreamSummaries: page.map(streamSummary),
    })
  }

  /** The name after which the page begins. */
  private startAfter({ account, input }: Call<'ListStreams'>): Result<string, DomainError> {
    const { NextToken, ExclusiveStartStreamName } = input
    if (NextToken === undefined) return ok(ExclusiveStartStreamName ?? '')
    if (ExclusiveStartStreamName !== undefined) {
      return err({ kind: 'InvalidArgument', message: 'ExclusiveStartStreamName and NextToken cannot be provided together.' })
    }
    return this.tokens.redeem('ListStreams', account, NextToken) as Result<string, DomainError>
  }
}

/** By code point: names are ASCII. */
function byName(a: StreamMetadata, b: StreamMetadata): number {
  return a.name < b.name ? -1 : 1
}
