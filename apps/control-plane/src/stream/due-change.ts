import type { ChannelMetadata, ConsumerMetadata, StreamChange, StreamMetadata } from '@millrace/metadata'
import { nextStatus } from './stream-status.js'

/** When the next state of a stream, of its consumers or of its channels ends; Infinity where none does by time. */
export function nextDueMs(stream: StreamMetadata): number {
  const all = [stream, ...stream.consumers, ...stream.channels]
  return all.reduce((earliest, { statusUntilMs }) => Math.min(earliest, statusUntilMs ?? Infinity), Infinity)
}

/** Ends every state whose time is over. */
export function dueChange(before: StreamMetadata, nowMs: number): StreamChange {
  const status = isDue(before, nowMs) ? ended(before) : before.status
  if (status === 'gone') return { kind: 'removed', before }
  const after = {
    ...before,
    status,
    statusUntilMs: isDue(before, nowMs) ? undefined : before.statusUntilMs,
    consumers: before.consumers.some((one) => isDue(one, nowMs)) ? endConsumers(before.consumers, nowMs) : before.consumers,
    channels: before.channels.some((one) => isDue(one, nowMs)) ? endChannels(before.channels, nowMs) : before.channels,
  }
  return { kind: 'changed', before, after }
}

function isDue({ statusUntilMs }: { readonly statusUntilMs: number | undefined }, nowMs: number): boolean {
  return statusUntilMs !== undefined && statusUntilMs <= nowMs
}

function ended({ status }: StreamMetadata) {
  const next = nextStatus(status, 'elapsed')
  if (next === undefined) throw new Error(`a stream that is ${status} does not end by time`)
  return next
}

/** CREATING ends in ACTIVE, DELETING in nothing. */
function endConsumers(consumers: readonly ConsumerMetadata[], nowMs: number): ConsumerMetadata[] {
  return consumers.flatMap((consumer) => {
    if (!isDue(consumer, nowMs)) return [consumer]
    return consumer.status === 'DELETING' ? [] : [{ ...consumer, status: 'ACTIVE' as const, statusUntilMs: undefined }]
  })
}

/** Nothing delivers yet: a channel that begins, or begins anew, fails. */
function endChannels(channels: readonly ChannelMetadata[], nowMs: number): ChannelMetadata[] {
  return channels.flatMap((channel) => {
    if (!isDue(channel, nowMs)) return [channel]
    if (channel.status === 'DELETING') return []
    return [{ ...channel, status: 'FAILED' as const, statusReason: noDelivery, statusUntilMs: undefined }]
  })
}

const noDelivery = 'This installation has no delivery service: no record of the stream is delivered by the channel.'
