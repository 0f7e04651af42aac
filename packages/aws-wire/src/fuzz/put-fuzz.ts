import assert from 'node:assert/strict'
import { isUtf8 } from 'node:buffer'
import { serviceModel } from '@millrace/aws-models'
import { cborCodec } from '../codec/cbor/cbor-codec.js'
import type { Codec } from '../codec/codec.js'
import { jsonCodec } from '../codec/json/json-codec.js'
import { putSourceOf } from '../record/parsed-put-source.js'
import type { PutSource } from '../record/put-records.js'
import { recordCodecOf } from '../record/record-codec.js'
import { ShapeTable } from '../shape/shape-node.js'
import { violationText } from '../validation/validate.js'
import { cborBody } from './cbor-body.js'
import { jsonBody } from './json-body.js'
import { mutated } from './mutate.js'
import { putRecordInput, putRecordsInput } from './put-input.js'
import { SeededRandom } from './random.js'

/**
 * The differential fuzz of the record fast path: whatever a scan takes, the model's interpreter takes too, and finds the same in it.
 * What clients usually send, the scan takes.
 */
const shapes = new ShapeTable(serviceModel('kinesis'))
const inputShapes = { PutRecord: shapes.structure('PutRecordInput'), PutRecords: shapes.structure('PutRecordsInput') }

type Operation = keyof typeof inputShapes

export interface FuzzCounts {
  /** Taken by the scan. */
  scanned: number
  /** Valid by the interpreter. */
  valid: number
  refused: number
}

/** One round: a usual body, an odd one and a damaged one. Throws, naming the body, where the two paths differ. */
export function fuzzPuts(seed: number, counts: FuzzCounts): void {
  const random = new SeededRandom(seed)
  const operation: Operation = random.chance(50) ? 'PutRecord' : 'PutRecords'
  const codec = random.chance(50) ? jsonCodec : cborCodec
  const bodyOf = (oddity: number) => {
    const input = operation === 'PutRecord' ? putRecordInput(random, oddity) : putRecordsInput(random, oddity)
    return codec === jsonCodec ? jsonBody(input, random, oddity) : cborBody(input, random, oddity)
  }
  const usual = bodyOf(0)
  assert.ok(scan(operation, codec, usual), `seed ${seed}: the scan leaves a usual body: ${shown(usual)}`)
  for (const body of [usual, bodyOf(10), mutated(usual, random), mutated(bodyOf(5), random)]) {
    try {
      compare(operation, codec, body, counts)
    } catch (error) {
      throw new Error(`seed ${seed}, ${operation}, ${codec.contentType}: ${shown(body)}`, { cause: error })
    }
  }
}

function compare(operation: Operation, codec: Codec, body: Buffer, counts: FuzzCounts): void {
  if (codec === jsonCodec) assert.equal(codec.isWellFormed(body), parsesAsJson(body), 'well-formed is what JSON.parse takes')
  const interpreted = interpret(operation, codec, Buffer.from(body))
  if (interpreted) counts.valid++
  else counts.refused++
  const scanned = scan(operation, codec, body)
  const found = scanned && contentOf(scanned)
  if (found === undefined) return
  counts.scanned++
  assert.deepEqual(found, interpreted && contentOf(interpreted))
}

function scan(operation: Operation, codec: Codec, body: Buffer): PutSource | undefined {
  const records = recordCodecOf(codec)
  return operation === 'PutRecord' ? records.scanPutRecord(body) : records.scanPutRecords(body)
}

function interpret(operation: Operation, codec: Codec, body: Buffer): PutSource | undefined {
  if (!codec.isWellFormed(body)) return undefined
  const decoded = codec.decode(body, inputShapes[operation])
  if (!decoded.ok || violationText(decoded.value, inputShapes[operation], 'p') !== undefined) return undefined
  return putSourceOf(decoded.value)
}

/** Undefined: a record is undecodable. Bytes around what is written must stay as they are. */
function contentOf(source: PutSource): unknown {
  const records: unknown[] = []
  for (let record = 0; record < source.recordCount; record++) {
    const keyLength = source.keyLength(record)
    const dataLength = source.dataLength(record)
    const target = Buffer.alloc(Math.max(0, keyLength) + dataLength + 2, 0xa5)
    if (keyLength > 0) source.writeKey(record, target, 1)
    if (!source.writeData(record, target, 1 + Math.max(0, keyLength))) return undefined
    assert.deepEqual([target[0], target[target.length - 1]], [0xa5, 0xa5], 'nothing is written beside the target')
    records.push([keyLength, target.toString('hex'), source.explicitHashKey(record)])
  }
  return [source.streamName, source.streamArn, source.dryRun, source.sequenceNumberForOrdering, records]
}

function parsesAsJson(body: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return typeof value === 'object' && value !== null && isUtf8(body)
  } catch {
    return false
  }
}

function shown(body: Buffer): string {
  return body.length > 2000 ? `${body.toString('latin1', 0, 2000)}…` : `${body.toString('latin1')} (${body.toString('hex')})`
}
