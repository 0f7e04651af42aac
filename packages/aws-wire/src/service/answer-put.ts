import { type DomainError, err, ok, type Result } from '@millrace/model'
import type { Codec } from '../codec/codec.js'
import { type AwsError, awsErrorOf } from '../error/aws-error.js'
import { putSourceOf } from '../record/parsed-put-source.js'
import { putRecordAnswer, putRecordsAnswer } from '../record/put-answer.js'
import type { PutResults, PutSource } from '../record/put-records.js'
import { type RecordCodec, recordCodecOf } from '../record/record-codec.js'
import type { CallContext, OperationHandler } from './operation.js'
import type { Operation } from './operation-table.js'
import { parseInput, resourceOf } from './parse-input.js'

type PutHandler = Extract<OperationHandler, { form: 'put' }>

/**
 * PutRecord and PutRecords. What the scan takes needs no parsing, yet what it takes for base64 is proved only by decoding: a request
 * that is refused for any reason is first shown to the interpreter, as AWS complains of its form before anything else.
 */
export async function answerPut(
  context: CallContext,
  operation: Operation,
  handler: PutHandler,
  codec: Codec,
): Promise<Result<Buffer, AwsError>> {
  const records = recordCodecOf(codec)
  const scanned = scan(context, records)
  if (scanned) {
    const results = await put(context, operation, handler, scanned)
    if (results !== 'undecodable' && results.ok) return ok(bytesOf(context, results.value, records))
    const input = parseInput(context, operation, codec)
    if (!input.ok) return input
    if (results !== 'undecodable') return err(awsErrorOf(results.error))
  }
  return answerParsed(context, operation, handler, codec)
}

async function answerParsed(
  context: CallContext,
  operation: Operation,
  handler: PutHandler,
  codec: Codec,
): Promise<Result<Buffer, AwsError>> {
  const input = parseInput(context, operation, codec)
  if (!input.ok) return input
  const results = await put(context, operation, handler, putSourceOf(input.value))
  if (results === 'undecodable') throw new Error('records that were parsed cannot be undecodable')
  return results.ok ? ok(bytesOf(context, results.value, recordCodecOf(codec))) : err(awsErrorOf(results.error))
}

async function put(
  context: CallContext,
  operation: Operation,
  handler: PutHandler,
  source: PutSource,
): Promise<Result<PutResults, DomainError> | 'undecodable'> {
  const { streamName, streamArn } = source
  const allowed = operation.parts.authorize(context, resourceOf(streamName, streamArn, undefined))
  return allowed.ok ? handler.handle(context, source) : allowed
}

function scan(context: CallContext, records: RecordCodec): PutSource | undefined {
  const { body } = context.request
  return isSingle(context) ? records.scanPutRecord(body) : records.scanPutRecords(body)
}

function bytesOf(context: CallContext, results: PutResults, { putForm }: RecordCodec): Buffer {
  return isSingle(context) ? putRecordAnswer(results, putForm) : putRecordsAnswer(results, putForm)
}

function isSingle(context: CallContext): boolean {
  return context.operation === 'PutRecord'
}
