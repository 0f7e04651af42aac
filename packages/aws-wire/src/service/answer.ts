import { err, ok, type Result } from '@millrace/model'
import type { Codec } from '../codec/codec.js'
import { type AwsError, awsErrorOf } from '../error/aws-error.js'
import { EventFrames } from '../event-stream/events.js'
import type { WireBody, WireResponse } from '../http/request.js'
import type { GetRecordsPage } from '../record/get-records.js'
import { pageBody } from '../record/page-body.js'
import { recordCodecOf } from '../record/record-codec.js'
import type { StructureNode } from '../shape/shape-node.js'
import { answerPut } from './answer-put.js'
import type { OperationHandler } from './operation.js'
import { authorizeInput, type Call, type Input, parseInput } from './parse-input.js'

/** Answers an authenticated call: parses and validates its input, has it authorised, and writes what the handler returns. */
export async function answer(call: Call, onFault: (fault: unknown) => void): Promise<WireResponse> {
  const { protocol, context } = call
  const body = await bodyOf(call, onFault)
  return body.ok ? protocol.output(body.value, context) : protocol.error(body.error, context.requestId)
}

async function bodyOf(call: Call, onFault: (fault: unknown) => void): Promise<Result<WireBody, AwsError>> {
  const { handler } = call.operation
  if (handler.form === 'put') {
    const bytes = await answerPut(call, handler)
    return bytes.ok ? ok({ kind: 'bytes', bytes: bytes.value }) : bytes
  }
  const input = parseInput(call)
  if (!input.ok) return input
  const allowed = authorizeInput(call, input.value)
  return allowed.ok ? handled(call, handler, input.value, onFault) : err(awsErrorOf(allowed.error))
}

async function handled(
  { context, operation, protocol: { codec } }: Call,
  handler: Exclude<OperationHandler, { form: 'put' }>,
  input: Input,
  onFault: (fault: unknown) => void,
): Promise<Result<WireBody, AwsError>> {
  const { output } = operation
  switch (handler.form) {
    case 'value': {
      const value = await handler.handle(context, input)
      return value.ok ? ok(valueBody(value.value, output, codec)) : err(awsErrorOf(value.error))
    }
    case 'get': {
      const page = await handler.handle(context, input)
      return page.ok ? ok(recordsBody(page.value, required(output), codec)) : err(awsErrorOf(page.error))
    }
    case 'events': {
      const events = await handler.handle(context, input)
      if (!events.ok) return err(awsErrorOf(events.error))
      return ok({ kind: 'stream', pieces: new EventFrames(events.value, required(output), codec, onFault) })
    }
  }
}

function valueBody(value: unknown, output: StructureNode | undefined, codec: Codec): WireBody {
  return { kind: 'bytes', bytes: output === undefined ? new Uint8Array(0) : codec.encode(value, output) }
}

function recordsBody(page: GetRecordsPage, output: StructureNode, codec: Codec): WireBody {
  const { nextShardIterator, millisBehindLatest, childShards, batches } = page
  const rest = { NextShardIterator: nextShardIterator, MillisBehindLatest: millisBehindLatest, ChildShards: childShards }
  return pageBody(batches, codec.encode(rest, output), recordCodecOf(codec).pageForm)
}

function required(output: StructureNode | undefined): StructureNode {
  if (!output) throw new Error('the operation has no output')
  return output
}
