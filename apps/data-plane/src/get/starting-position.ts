import { type DomainError, err, ok, type Result, shardIdOf } from '@millrace/model'
import {
  encodedSequence,
  fullSequenceNumber,
  parseSequenceNumber,
  type ReadFrom,
  type ShardEntry,
  type StreamEntry,
} from '@millrace/streams'

/** How a request says where to begin: GetShardIterator's members, or SubscribeToShard's StartingPosition. */
export interface StartingPosition {
  readonly type: string
  readonly sequenceNumber: string | undefined
  readonly timestamp: Date | undefined
}

export interface StartingContext {
  readonly stream: StreamEntry
  readonly shard: ShardEntry
  readonly nowMs: number
  readonly operation: string
}

/** Where reading begins; `latest` is for the shard's owner to say. */
export function startOffset(position: StartingPosition, context: StartingContext): Result<ReadFrom | 'latest', DomainError> {
  const needsNumber = position.type === 'AT_SEQUENCE_NUMBER' || position.type === 'AFTER_SEQUENCE_NUMBER'
  if (position.type === 'AT_TIMESTAMP') return byTimestamp(position.timestamp, context.nowMs)
  if (needsNumber !== (position.sequenceNumber !== undefined)) return err(mismatch(position.type, needsNumber))
  if (position.sequenceNumber !== undefined) return byNumber(position.type, position.sequenceNumber, context)
  return ok(position.type === 'LATEST' ? 'latest' : { kind: 'offset', offset: 0 })
}

/** Counter 0 is the shard's start, before any record: AT and AFTER it read offset 0. A record at offset o has counter o + 1. */
function byNumber(type: string, text: string, context: StartingContext): Result<ReadFrom, DomainError> {
  const { stream, shard } = context
  const encoded = encodedSequence(text)
  const used = `StartingSequenceNumber ${fullSequenceNumber(text)} used in ${context.operation} on shard ${shardIdOf(shard.index)} in stream ${stream.name} under account ${stream.account}`
  if (!encoded) return invalid(`${used} is invalid.`)
  if (encoded.shard !== shard.index) return invalid(wrongShard(encoded.shard, shard.index))
  const parts = parseSequenceNumber(text)
  if (parts?.creationSecond !== shard.creationSecond)
    return invalid(`${used} is invalid because it did not come from this stream.`)
  const after = Number(parts.counter)
  const offset = type === 'AFTER_SEQUENCE_NUMBER' ? after : Math.max(0, after - 1)
  return ok({ kind: 'offset', offset: Math.min(offset, Number.MAX_SAFE_INTEGER) })
}

function byTimestamp(timestamp: Date | undefined, nowMs: number): Result<ReadFrom, DomainError> {
  if (timestamp === undefined) {
    return invalid(
      'Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.',
    )
  }
  const arrivalMs = timestamp.getTime()
  if (arrivalMs <= nowMs) return ok({ kind: 'timestamp', arrivalMs: Math.max(0, arrivalMs) })
  return invalid(
    'The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. ' +
      `timestampInMillis: ${arrivalMs}, currentTimestampInMillis: ${nowMs}`,
  )
}

function mismatch(type: string, needsNumber: boolean): DomainError {
  const message =
    'Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or ' +
    '(2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. ' +
    `Request specified ${type} and ${needsNumber ? 'no' : 'also a'} StartingSequenceNumber.`
  return { kind: 'InvalidArgument', message }
}

function wrongShard(encoded: number, used: number): string {
  const shown = encoded < 0 ? `shardId--${String(-encoded).padStart(11, '0')}` : shardIdOf(encoded)
  return `Invalid StartingSequenceNumber. It encodes ${shown}, while it was used in a call to a shard with ${shardIdOf(used)}`
}

function invalid(message: string): Result<never, DomainError> {
  return err({ kind: 'InvalidArgument', message })
}
