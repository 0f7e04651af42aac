import type { ChannelMetadata, StreamMetadata } from '@millrace/metadata'
import { type DomainError, err, ok, parseChannelArn, type Result } from '@millrace/model'
import type { StreamDirectory } from '../stream/stream-directory.js'

/** A channel and the stream that it delivers from. */
export interface StreamChannel {
  readonly stream: StreamMetadata
  readonly channel: ChannelMetadata
}

export function findChannel(directory: StreamDirectory, arn: string): Result<StreamChannel, DomainError> {
  const address = parseChannelArn(arn)
  if (!address) return err({ kind: 'InvalidArgument', message: `${arn} is not the ARN of a channel.` })
  const { account, region, id } = address
  for (const found of channelsIn(directory.in(account, region))) if (found.channel.id === id) return ok(found)
  return err({ kind: 'ResourceNotFound', message: `Channel ${arn} under account ${account} not found.` })
}

export function* channelsIn(streams: Iterable<StreamMetadata>): Generator<StreamChannel> {
  for (const stream of streams) for (const channel of stream.channels) yield { stream, channel }
}

/** The stream with another channel in the place of one. */
export function withChannel({ stream, channel }: StreamChannel, instead: ChannelMetadata): StreamMetadata {
  return { ...stream, channels: stream.channels.map((one) => (one === channel ? instead : one)) }
}
