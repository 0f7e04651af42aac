import { type DomainError, err, ok, type Result } from '@millrace/model'
import { type AwsError, awsErrorOf, serializationError } from '../error/aws-error.js'
import type { Protocol } from '../protocol/protocol.js'
import { violationText } from '../validation/validate.js'
import type { CallContext } from './operation.js'
import type { Operation } from './operation-table.js'

/** An authenticated request for an operation that somebody answers. */
export interface Call {
  readonly context: CallContext
  readonly operation: Operation
  readonly protocol: Protocol
}

export type Input = Readonly<Record<string, unknown>>

/** The model's interpreter: the body's form, then its types, then all constraints. */
export function parseInput({ context, operation, protocol }: Call): Result<Input, AwsError> {
  const { codec } = protocol
  const body = protocol.input(context.request)
  if (!codec.isWellFormed(body)) return err(serializationError())
  const decoded = codec.decode(body, operation.input)
  if (!decoded.ok) return err(serializationError(decoded.message))
  const message = violationText(decoded.value, operation.input, operation.javaPackage)
  return message === undefined ? ok(decoded.value) : err(awsErrorOf({ kind: 'ValidationFailed', message }))
}

/** Has a parsed call authorised, before any look at state. */
export function authorizeInput({ context, operation }: Call, input: Input): Result<void, DomainError> {
  return operation.parts.authorize(context, resourceOf(textOf(input.StreamName), textOf(input.StreamARN), input))
}

export interface Resource {
  streamName?: string
  streamArn?: string
  input: unknown
}

export function resourceOf(streamName: string | undefined, streamArn: string | undefined, input: unknown): Resource {
  const resource: Resource = { input }
  if (streamName !== undefined) resource.streamName = streamName
  if (streamArn !== undefined) resource.streamArn = streamArn
  return resource
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
