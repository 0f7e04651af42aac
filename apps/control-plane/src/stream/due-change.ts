import type { ChannelMetadata, ConsumerMetadata, StreamChange, StreamMetadata } from '@millrace/metadata'
import { nextChannelStatus, noDelivery } from '../channel/channel-status.js'
import { nextConsumerStatus } from '../stream-consumer/consumer-status.js'
import { nextStatus } from './stream-status.js'

/** When states are looked at, and how long one lasts. */
export interface StateMoment {
  readonly nowMs: number
  readonly stateDelayMs: number
}

/** A clock that is corrected by less than that makes a state last longer or shorter, and no more. */
const correctionMs = 1_000

/** Whether a state of the stream, of one of its consumers or of its channels ends by time. */
export function isChanging(stream: StreamMetadata): boolean {
  return partsOf(stream).some(({ statusUntilMs }) => statusUntilMs !== undefined)
}

/** How long until the next of them ends; 0: now; Infinity: none does. */
export function dueInMs(stream: StreamMetadata, moment: StateMoment): number {
  return partsOf(stream).reduce((soonest, part) => Math.min(soonest, leftMs(part, moment)), Infinity)
}

interface Stateful {
  readonly statusUntilMs: number | undefined
}

function partsOf(stream: StreamMetadata): readonly Stateful[] {
  return [stream, ...stream.consumers, ...stream.channels]
}

/** A state that has longer to go than one lasts has been left by a clock that was set back, and is over. */
function leftMs({ statusUntilMs = Infinity }: Stateful, { nowMs, stateDelayMs }: StateMoment): number {
  if (statusUntilMs === Infinity) return Infinity
  const left = Math.max(0, statusUntilMs - nowMs)
  return left > stateDelayMs + correctionMs ? 0 : left
}

/** Ends every state whose time is over. */
export function dueChange(before: StreamMetadata, moment: StateMoment): StreamChange {
  const status = isDue(before, moment) ? elapsed(before, nextStatus) : before.status
  if (status === 'gone') return { kind: 'removed', before }
  const after = {
    ...before,
    ...(isDue(before, moment) ? { status, statusUntilMs: undefined, settingsBefore: undefined } : {}),
    consumers: before.consumers.some((one) => isDue(one, moment)) ? endConsumers(before.consumers, moment) : before.consumers,
    channels: before.channels.some((one) => isDue(one, moment)) ? endChannels(before.channels, moment) : before.channels,
  }
  return { kind: 'changed', before, after }
}

function isDue(part: Stateful, moment: StateMoment): boolean {
  return leftMs(part, moment) === 0
}

/** The state that time leads to. */
function elapsed<Status extends string>({ status }: { readonly status: Status }, next: NextStatus<Status>): Status | 'gone' {
  const after = next(status, 'elapsed')
  if (after === undefined) throw new Error(`${status} does not end by time`)
  return after
}

type NextStatus<Status> = (status: Status, event: 'elapsed') => Status | 'gone' | undefined

function endConsumers(consumers: readonly ConsumerMetadata[], moment: StateMoment): ConsumerMetadata[] {
  return consumers.flatMap((consumer) => {
    if (!isDue(consumer, moment)) return [consumer]
    const status = elapsed(consumer, nextConsumerStatus)
    return status === 'gone' ? [] : [{ ...consumer, status, statusUntilMs: undefined }]
  })
}

function endChannels(channels: readonly ChannelMetadata[], moment: StateMoment): ChannelMetadata[] {
  return channels.flatMap((channel) => {
    if (!isDue(channel, moment)) return [channel]
    const status = elapsed(channel, nextChannelStatus)
    const statusReason = status === 'FAILED' ? noDelivery : undefined
    return status === 'gone' ? [] : [{ ...channel, status, statusReason, statusUntilMs: undefined }]
  })
}
