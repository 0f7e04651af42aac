import type { StreamId } from '@millrace/model'
import type { ClusterStateUpdate, StreamUpdate } from '@millrace/streams'
import type { StreamStep, StreamUpdates } from './stream-updates.js'

/** What a part holds at the most, in shards: it takes a millisecond or two to carry over. */
const weightMax = 300
/** A stream without shards, in shards. */
const streamWeight = 5

/** What is the same in all parts. */
export type UpdateKind = Pick<ClusterStateUpdate, 'revision' | 'complete'>

/** What the first part has besides streams. */
export type UpdateHead = Omit<ClusterStateUpdate, 'revision' | 'complete' | 'more' | 'streams'>

/** An update in parts, each made when it is asked for; the last one says so. */
export function* updateParts(
  kind: UpdateKind,
  head: UpdateHead,
  steps: Iterable<StreamStep>,
  updates: StreamUpdates,
): Generator<ClusterStateUpdate> {
  let rest: Omit<ClusterStateUpdate, 'streams' | 'more'> = { ...kind, ...head }
  let streams: StreamUpdate[] = []
  let weight = 0
  for (const step of steps) {
    for (const update of updates.of(step)) {
      if (weight > 0 && weight + weightOf(update) > weightMax) {
        yield { ...rest, more: true, streams }
        rest = { ...kind, removedStreams: [] as StreamId[] }
        streams = []
        weight = 0
      }
      streams.push(update)
      weight += weightOf(update)
    }
  }
  yield { ...rest, streams }
}

function weightOf({ shards, dataKeys, consumers }: StreamUpdate): number {
  return streamWeight + shards.length + dataKeys.length + consumers.length
}
