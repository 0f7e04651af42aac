import { type DomainError, err, ok, type Result } from '@millrace/model'
import { type AwsError, awsErrorOf } from '../error/aws-error.js'
import { putSourceOf } from '../record/parsed-put-source.js'
import { putRecordAnswer, putRecordsAnswer } from '../record/put-answer.js'
import type { PutResults, PutSource } from '../record/put-records.js'
import { recordCodecOf } from '../record/record-codec.js'
import type { OperationHandler } from './operation.js'
import { type Call, parseInput, resourceOf } from './parse-input.js'

type PutHandler = Extract<OperationHandler, { form: 'put' }>

/**
 * PutRecord and PutRecords. What the scan takes needs no parsing, yet what it takes for base64 is proved only by decoding: a request
 * that is refused for any reason is first shown to the interpreter, as AWS complains of its form before anything else.
 */
export async function answerPut(call: Call, handler: PutHandler): Promise<Result<Buffer, AwsError>> {
  const scanned = scan(call)
  if (!scanned) return answerParsed(call, handler)
  const results = await put(call, handler, scanned)
  if (results === 'undecodable') return answerParsed(call, handler)
  if (results.ok) return ok(bytesOf(call, results.value))
  const input = parseInput(call)
  return input.ok ? err(awsErrorOf(results.error)) : input
}

async function answerParsed(call: Call, handler: PutHandler): Promise<Result<Buffer, AwsError>> {
  const input = parseInput(call)
  if (!input.ok) return input
  const results = await put(call, handler, putSourceOf(input.value))
  if (results === 'undecodable') throw new Error('records that were parsed cannot be undecodable')
  return results.ok ? ok(bytesOf(call, results.value)) : err(awsErrorOf(results.error))
}

async function put(
  { context, operation }: Call,
  handler: PutHandler,
  source: PutSource,
): Promise<Result<PutResults, DomainError> | 'undecodable'> {
  const { streamName, streamArn } = source
  const allowed = operation.parts.authorize(context, resourceOf(streamName, streamArn, undefined))
  return allowed.ok ? handler.handle(context, source) : allowed
}

function scan({ context, operation, protocol }: Call): PutSource | undefined {
  const records = recordCodecOf(protocol.codec)
  const { body } = context.request
  return operation.name === 'PutRecord' ? records.scanPutRecord(body) : records.scanPutRecords(body)
}

function bytesOf({ operation, protocol }: Call, results: PutResults): Buffer {
  const { putForm } = recordCodecOf(protocol.codec)
  return operation.name === 'PutRecord' ? putRecordAnswer(results, putForm) : putRecordsAnswer(results, putForm)
}
