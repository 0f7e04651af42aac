import { decodeCbor } from '@millrace/testkit'
import type { Format } from '../payload/put-body.js'
import { scanInteger, scanText } from './answer-scan.js'
import type { LoadJob } from './job.js'

/** No server writes a result of PutRecords shorter: names, a sequence number and a shard id. */
const resultBytesMin = 70

/** What is wrong with the answer to a put, by a quick look; undefined: nothing. */
export function quickPutFault(job: LoadJob, body: Buffer): string | undefined {
  if (job.operation === 'PutRecord') {
    return scanText(body, job.format, 'SequenceNumber') === undefined ? 'no sequence number' : undefined
  }
  const failed = scanInteger(body, job.format, 'FailedRecordCount')
  if (failed !== 0) return `FailedRecordCount ${failed}`
  return body.length < resultBytesMin * job.dataset.recordsPerBody ? `only ${body.length} bytes of results` : undefined
}

interface PutResult {
  readonly SequenceNumber?: unknown
  readonly ShardId?: unknown
}

/** The same by decoding it all: a result for each record, sequence numbers that rise within each shard. */
export function deepPutFault(job: LoadJob, body: Buffer): string | undefined {
  const results = resultsOf(job.format, body)
  const expected = job.operation === 'PutRecord' ? 1 : job.dataset.recordsPerBody
  if (results.length !== expected) return `${results.length} results for ${expected} records`
  const last = new Map<string, bigint>()
  for (const { SequenceNumber, ShardId } of results) {
    if (typeof SequenceNumber !== 'string' || !/^[0-9]+$/.test(SequenceNumber) || typeof ShardId !== 'string')
      return 'a result without a place'
    const sequence = BigInt(SequenceNumber)
    if (sequence <= (last.get(ShardId) ?? -1n)) return `sequence number ${SequenceNumber} does not rise in ${ShardId}`
    last.set(ShardId, sequence)
  }
  return undefined
}

function resultsOf(format: Format, body: Buffer): readonly PutResult[] {
  const output = (format === 'json' ? JSON.parse(body.toString()) : decodeCbor(body)) as {
    Records?: readonly PutResult[]
  } & PutResult
  return output.Records ?? [output]
}
