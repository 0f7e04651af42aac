import type { CallContext, PutSource } from '@millrace/aws-wire'
import { type DomainError, limits } from '@millrace/model'
import { encodedSequence, type StreamView } from '@millrace/streams'

/** What AWS refuses of a put that the model's constraints allow. Undefined: nothing. */
export function refusalOf(context: CallContext, source: PutSource, stream: StreamView, nowMs: number): DomainError | undefined {
  return recordRefusal(context, source, stream) ?? orderingRefusal(context, source, stream, nowMs)
}

function recordRefusal(context: CallContext, source: PutSource, { entry }: StreamView): DomainError | undefined {
  let total = 0
  for (let record = 0; record < source.recordCount; record++) {
    const path = context.operation === 'PutRecord' ? '' : `records.${record + 1}.member.`
    const keyLength = source.keyLength(record)
    if (keyLength < 0 && entry.recordDistribution !== 'AUTO') return keyMissing(path)
    const dataLength = source.dataLength(record)
    if (dataLength > entry.maxRecordBytes) return dataTooLarge(path, dataLength, entry.maxRecordBytes)
    const bytes = Math.max(0, keyLength) + dataLength
    if (bytes > entry.maxRecordBytes) return tooLarge(bytes, entry.maxRecordBytes)
    total += bytes
  }
  if (total <= limits.putRequestBytesMax || source.recordCount === 1) return undefined
  return { kind: 'InvalidArgument', message: 'Records size exceeds 10 MB limit' }
}

function orderingRefusal(context: CallContext, source: PutSource, { entry }: StreamView, nowMs: number): DomainError | undefined {
  const after = source.sequenceNumberForOrdering
  if (after === undefined) return undefined
  if (entry.recordDistribution === 'AUTO') return orderWithoutKeys(entry.name)
  const encoded = encodedSequence(after)
  if (encoded && encoded.arrivalSecond * 1000 <= nowMs) return undefined
  const message = `ExclusiveMinimumSequenceNumber ${after} used in ${context.operation} on stream ${entry.name} under account ${entry.account} is invalid.`
  return { kind: 'InvalidArgument', message }
}

/** Where the service chooses the shard, no order is promised. */
function orderWithoutKeys(stream: string): DomainError {
  const message = `SequenceNumberForOrdering is not supported with RecordDistributionStrategy=AUTO. Stream ${stream} is using AUTO.`
  return { kind: 'InvalidArgument', message }
}

/** The model does not require the key any more, as AUTO distribution does without; elsewhere its absence is still a violation. */
function keyMissing(path: string): DomainError {
  const message = `1 validation error detected: Value null at '${path}partitionKey' failed to satisfy constraint: Member must not be null`
  return { kind: 'ValidationFailed', message }
}

/** As AWS reports it where its model sets the same limit; clients tell oversized records by this error. */
function dataTooLarge(path: string, length: number, max: number): DomainError {
  const shown = `java.nio.HeapByteBuffer[pos=0 lim=${length} cap=${length}]`
  const message = `1 validation error detected: Value '${shown}' at '${path}data' failed to satisfy constraint: Member must have length less than or equal to ${max}`
  return { kind: 'ValidationFailed', message }
}

function tooLarge(bytes: number, bytesMax: number): DomainError {
  return {
    kind: 'InvalidArgument',
    message: `Record size of ${bytes} bytes exceeds the stream's maximum record size of ${bytesMax} bytes.`,
  }
}
