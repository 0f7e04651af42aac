import type { ChannelMetadata, ConsumerMetadata, StreamChange, StreamMetadata } from '@millrace/metadata'
import { nextChannelStatus, noDelivery } from '../channel/channel-status.js'
import { nextConsumerStatus } from '../stream-consumer/consumer-status.js'
import { nextStatus } from './stream-status.js'

/** When the next state of a stream, of its consumers or of its channels ends; Infinity where none does by time. */
export function nextDueMs(stream: StreamMetadata): number {
  const all = [stream, ...stream.consumers, ...stream.channels]
  return all.reduce((earliest, { statusUntilMs }) => Math.min(earliest, statusUntilMs ?? Infinity), Infinity)
}

/** Ends every state whose time is over. */
export function dueChange(before: StreamMetadata, nowMs: number): StreamChange {
  const status = isDue(before, nowMs) ? elapsed(before, nextStatus) : before.status
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

/** The state that time leads to. */
function elapsed<Status extends string>({ status }: { readonly status: Status }, next: NextStatus<Status>): Status | 'gone' {
  const after = next(status, 'elapsed')
  if (after === undefined) throw new Error(`${status} does not end by time`)
  return after
}

type NextStatus<Status> = (status: Status, event: 'elapsed') => Status | 'gone' | undefined

function endConsumers(consumers: readonly ConsumerMetadata[], nowMs: number): ConsumerMetadata[] {
  return consumers.flatMap((consumer) => {
    if (!isDue(consumer, nowMs)) return [consumer]
    const status = elapsed(consumer, nextConsumerStatus)
    return status === 'gone' ? [] : [{ ...consumer, status, statusUntilMs: undefined }]
  })
}

function endChannels(channels: readonly ChannelMetadata[], nowMs: number): ChannelMetadata[] {
  return channels.flatMap((channel) => {
    if (!isDue(channel, nowMs)) return [channel]
    const status = elapsed(channel, nextChannelStatus)
    const statusReason = status === 'FAILED' ? noDelivery : undefined
    return status === 'gone' ? [] : [{ ...channel, status, statusReason, statusUntilMs: undefined }]
  })
}
