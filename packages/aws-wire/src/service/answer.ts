import { type DomainError, err, ok, type Result } from '@millrace/model'
import type { Codec } from '../codec/codec.js'
import { type AwsError, awsErrorOf, serializationError } from '../error/aws-error.js'
import { codecError } from '../error/error-response.js'
import type { WireResponse } from '../http/request.js'
import { getRecordsOutput, putRecordOutput, putRecordsOutput } from '../record/answer-values.js'
import { putSourceOf } from '../record/parsed-put-source.js'
import { violationText } from '../validation/validate.js'
import type { CallContext, OperationHandler } from './operation.js'
import type { Operation } from './operation-table.js'

type Input = Readonly<Record<string, unknown>>

/** Parses and validates the input of an authenticated call, has it authorised, and answers with what the handler returns. */
export async function answer(context: CallContext, operation: Operation, codec: Codec): Promise<WireResponse> {
  const input = parse(context, operation, codec)
  if (!input.ok) return codecError(input.error, codec)
  const allowed = authorize(context, operation, input.value)
  if (!allowed.ok) return codecError(awsErrorOf(allowed.error), codec)
  const output = await handle(context, operation.handler, input.value)
  if (!output.ok) return codecError(awsErrorOf(output.error), codec)
  return success(output.value, operation, codec)
}

function parse(context: CallContext, operation: Operation, codec: Codec): Result<Input, AwsError> {
  const { body } = context.request
  if (!codec.isWellFormed(body)) return err(serializationError())
  const decoded = codec.decode(body, operation.input)
  if (!decoded.ok) return err(serializationError(decoded.message))
  const message = violationText(decoded.value, operation.input, operation.javaPackage)
  return message === undefined ? ok(decoded.value) : err(awsErrorOf({ kind: 'ValidationFailed', message }))
}

function authorize(context: CallContext, { parts }: Operation, input: Input): Result<void, DomainError> {
  return parts.authorize(context, {
    ...textMember(input, 'StreamName', 'streamName'),
    ...textMember(input, 'StreamARN', 'streamArn'),
    input,
  })
}

function textMember<Key extends string>(input: Input, member: string, key: Key): { [key in Key]?: string } {
  const value = input[member]
  return (typeof value === 'string' ? { [key]: value } : {}) as { [key in Key]?: string }
}

async function handle(context: CallContext, handler: OperationHandler, input: Input): Promise<Result<unknown, DomainError>> {
  switch (handler.form) {
    case 'put': {
      const results = await handler.handle(context, putSourceOf(input))
      if (results === 'undecodable') throw new Error('records that were parsed cannot be undecodable')
      if (!results.ok) return results
      return ok(context.operation === 'PutRecord' ? putRecordOutput(results.value) : putRecordsOutput(results.value))
    }
    case 'get': {
      const page = await handler.handle(context, input)
      return page.ok ? ok(getRecordsOutput(page.value)) : page
    }
    default:
      return handler.handle(context, input)
  }
}

function success(output: unknown, operation: Operation, codec: Codec): WireResponse {
  const bytes = operation.output === undefined ? new Uint8Array(0) : codec.encode(output, operation.output)
  return { status: 200, headers: [['Content-Type', codec.contentType]], body: { kind: 'bytes', bytes } }
}
