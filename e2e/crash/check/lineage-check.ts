import { sequenceParts } from '../../api/client/sequence-number.js'
import { isAbove, type ShardShape } from '../ledger/shard-ledger.js'
import type { StreamLedger } from '../ledger/stream-ledger.js'
import { Violation } from '../violation.js'

export interface DescribedShard {
  readonly ShardId: string
  readonly ParentShardId?: string
  readonly AdjacentParentShardId?: string
  readonly HashKeyRange: { readonly StartingHashKey: string; readonly EndingHashKey: string }
  readonly SequenceNumberRange: { readonly StartingSequenceNumber: string; readonly EndingSequenceNumber?: string }
}

const hashKeyEnd = 2n ** 128n

/** Takes the description of a stream that is ACTIVE: it must go on from what was known, by nothing but what was asked for. */
export function takeShards(stream: StreamLedger, described: readonly DescribedShard[], tick: number): void {
  const shapes = new Map(described.map((shard) => [shard.ShardId, shapeOf(shard)]))
  const evidence = { stream: stream.name, described, reshard: stream.reshard }
  checkKnown(stream, shapes, evidence)
  checkCover(shapes, evidence)
  for (const shape of shapes.values()) checkParents(shape, shapes, evidence)
  checkOutcome(stream, shapes, evidence)
  for (const [shardId, shape] of shapes) {
    const shard = stream.shard(shardId)
    if (shape.endingSequenceNumber !== undefined && !Number.isFinite(shard.closedTick)) shard.closedTick = tick
    shard.shape = shape
  }
  stream.reshard = undefined
}

type Shapes = ReadonlyMap<string, ShardShape>
type Evidence = Readonly<Record<string, unknown>>

function shapeOf({ ParentShardId, AdjacentParentShardId, HashKeyRange, SequenceNumberRange }: DescribedShard): ShardShape {
  return {
    startingHashKey: BigInt(HashKeyRange.StartingHashKey),
    endingHashKey: BigInt(HashKeyRange.EndingHashKey),
    parents: [ParentShardId, AdjacentParentShardId].filter((id) => id !== undefined),
    startingSequenceNumber: SequenceNumberRange.StartingSequenceNumber,
    endingSequenceNumber: SequenceNumberRange.EndingSequenceNumber,
  }
}

/** Shards stay what they are; one that was open may be closed, by a reshard. One that acknowledged records is there. */
function checkKnown(stream: StreamLedger, shapes: Shapes, evidence: Evidence): void {
  for (const { shardId, shape: known } of stream.shards) {
    const shape = shapes.get(shardId)
    if (!shape) throw new Violation('a shard is gone', { ...evidence, shardId })
    if (!known) continue
    const { endingSequenceNumber: ending } = known
    const isSame =
      shape.startingHashKey === known.startingHashKey &&
      shape.endingHashKey === known.endingHashKey &&
      shape.parents.join() === known.parents.join() &&
      shape.startingSequenceNumber === known.startingSequenceNumber &&
      (ending === undefined || ending === shape.endingSequenceNumber)
    if (!isSame) throw new Violation('a shard is not what it was', { ...evidence, shardId })
  }
}

/** In every second since the first shards began, the shards that were open then have every hash key once. */
function checkCover(shapes: Shapes, evidence: Evidence): void {
  const lives = [...shapes.values()].map((shape) => ({ ...shape, ...secondsOf(shape) }))
  const first = Math.min(...lives.map(({ beginSecond }) => beginSecond))
  for (const second of new Set(lives.flatMap(({ beginSecond }) => [beginSecond, beginSecond - 1]))) {
    if (second < first) continue
    const open = lives.filter(({ beginSecond, endSecond }) => beginSecond <= second && second <= endSecond)
    if (!isWhole(open)) throw new Violation('hash keys are owned twice or not at all', { ...evidence, second })
  }
}

function secondsOf({ startingSequenceNumber, endingSequenceNumber }: ShardShape) {
  const beginSecond = sequenceParts(startingSequenceNumber).creationSeconds
  const endSecond = endingSequenceNumber ? sequenceParts(endingSequenceNumber).arrivalSeconds : Number.POSITIVE_INFINITY
  return { beginSecond, endSecond }
}

function isWhole(shapes: readonly ShardShape[]): boolean {
  let next = 0n
  for (const { startingHashKey, endingHashKey } of byHashKey(shapes)) {
    if (startingHashKey !== next) return false
    next = endingHashKey + 1n
  }
  return next === hashKeyEnd
}

function byHashKey(shapes: Iterable<ShardShape>): ShardShape[] {
  return [...shapes].sort((one, other) => (one.startingHashKey < other.startingHashKey ? -1 : 1))
}

/** Parents are closed, adjacent to one another or whole around their child, and all of their numbers lie below the child's. */
function checkParents(shape: ShardShape, shapes: Shapes, evidence: Evidence): void {
  const parents = shape.parents.map((id) => shapes.get(id))
  for (const parent of parents) {
    const ending = parent?.endingSequenceNumber
    if (!parent || ending === undefined) throw new Violation('a shard has a parent that is open or gone', { ...evidence, shape })
    if (!isAbove(shape.startingSequenceNumber, ending)) {
      throw new Violation('a shard begins before its parent ends', { ...evidence, shape })
    }
    const overlaps = parent.startingHashKey <= shape.endingHashKey && shape.startingHashKey <= parent.endingHashKey
    if (!overlaps) throw new Violation('a shard has a parent of other hash keys', { ...evidence, shape })
  }
}

/** What was acknowledged is done. What was asked for and not acknowledged is done whole or not at all; nothing else has changed. */
function checkOutcome(stream: StreamLedger, shapes: Shapes, evidence: Evidence): void {
  const open = byHashKey([...shapes.values()].filter(({ endingSequenceNumber }) => endingSequenceNumber === undefined))
  const before = stream.shards.flatMap(({ shape, isOpen }) => (shape && isOpen ? [shape] : []))
  const { reshard } = stream
  const isDone = reshard?.isDone(open) ?? false
  const isUnchanged = before.length === 0 || rangesOf(open) === rangesOf(byHashKey(before))
  if (reshard?.isAcknowledged && !isDone) throw new Violation('a reshard that was acknowledged is not done', evidence)
  if (!isDone && !isUnchanged) throw new Violation('a stream has shards that nobody asked for', evidence)
  if (before.length === 0 && open.length !== stream.shardCount && !isDone) {
    throw new Violation('a new stream has another number of shards', evidence)
  }
}

function rangesOf(shapes: readonly ShardShape[]): string {
  return shapes.map(({ startingHashKey, endingHashKey }) => `${startingHashKey}-${endingHashKey}`).join()
}
