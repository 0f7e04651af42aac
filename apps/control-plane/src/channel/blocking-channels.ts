import type { ChannelMetadata, StreamMetadata } from '@millrace/metadata'

/** With such a channel a stream can neither be deleted nor become provisioned; one that has failed is in nobody's way. */
export function blockingChannels({ channels }: StreamMetadata): readonly ChannelMetadata[] {
  return channels.filter(({ status }) => status !== 'FAILED')
}
