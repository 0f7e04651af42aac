import { cborCodec } from '../codec/cbor/cbor-codec.js'
import type { Codec } from '../codec/codec.js'
import { jsonCodec } from '../codec/json/json-codec.js'
import { cborPageForm } from './cbor-page-form.js'
import { cborPutForm } from './cbor-put-form.js'
import { scanPutRecordCbor, scanPutRecordsCbor } from './cbor-put-scan.js'
import { jsonPageForm } from './json-page-form.js'
import { jsonPutForm } from './json-put-form.js'
import { scanPutRecordJson, scanPutRecordsJson } from './json-put-scan.js'
import type { PageForm } from './page-form.js'
import type { PutForm } from './put-form.js'
import type { PutSource } from './put-records.js'

/** The fast path of the record operations in one encoding; undefined from a scan: for the interpreter. */
export interface RecordCodec {
  readonly scanPutRecord: (body: Buffer) => PutSource | undefined
  readonly scanPutRecords: (body: Buffer) => PutSource | undefined
  readonly putForm: PutForm
  readonly pageForm: PageForm
}

/** The records of requests and answers in the codec's encoding. */
export function recordCodecOf(codec: Codec): RecordCodec {
  const records = recordCodecs.get(codec)
  if (!records) throw new Error(`records have no form in ${codec.contentType}`)
  return records
}

const recordCodecs: ReadonlyMap<Codec, RecordCodec> = new Map([
  [
    jsonCodec,
    { scanPutRecord: scanPutRecordJson, scanPutRecords: scanPutRecordsJson, putForm: jsonPutForm, pageForm: jsonPageForm },
  ],
  [
    cborCodec,
    { scanPutRecord: scanPutRecordCbor, scanPutRecords: scanPutRecordsCbor, putForm: cborPutForm, pageForm: cborPageForm },
  ],
])
