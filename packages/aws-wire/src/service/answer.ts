import { err, ok, type Result } from '@millrace/model'
import type { Codec } from '../codec/codec.js'
import { type AwsError, awsErrorOf } from '../error/aws-error.js'
import { codecError } from '../error/error-response.js'
import { eventFrames, eventStreamContentType } from '../event-stream/events.js'
import type { WireBody, WireResponse } from '../http/request.js'
import type { GetRecordsPage } from '../record/get-records.js'
import { pageBody } from '../record/page-body.js'
import { recordCodecOf } from '../record/record-codec.js'
import type { StructureNode } from '../shape/shape-node.js'
import { answerPut } from './answer-put.js'
import type { CallContext } from './operation.js'
import type { Operation } from './operation-table.js'
import { authorizeInput, type Input, parseInput } from './parse-input.js'

/** Answers an authenticated call: parses and validates its input, has it authorised, and writes what the handler returns. */
export async function answer(
  context: CallContext,
  operation: Operation,
  codec: Codec,
  onFault: (fault: unknown) => void,
): Promise<WireResponse> {
  const body = await bodyOf(context, operation, codec, onFault)
  if (!body.ok) return codecError(body.error, codec)
  const contentType = body.value.kind === 'stream' ? eventStreamContentType : codec.contentType
  return { status: 200, headers: [['Content-Type', contentType]], body: body.value }
}

async function bodyOf(
  context: CallContext,
  operation: Operation,
  codec: Codec,
  onFault: (fault: unknown) => void,
): Promise<Result<WireBody, AwsError>> {
  const { handler } = operation
  if (handler.form === 'put') {
    const bytes = await answerPut(context, operation, handler, codec)
    return bytes.ok ? ok({ kind: 'bytes', bytes: bytes.value }) : bytes
  }
  const input = parseInput(context, operation, codec)
  if (!input.ok) return input
  const allowed = authorizeInput(context, operation, input.value)
  if (!allowed.ok) return err(awsErrorOf(allowed.error))
  return handled(context, operation, codec, input.value, onFault)
}

async function handled(
  context: CallContext,
  { handler, output }: Operation,
  codec: Codec,
  input: Input,
  onFault: (fault: unknown) => void,
): Promise<Result<WireBody, AwsError>> {
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
      return ok({ kind: 'stream', pieces: eventFrames(events.value, required(output), codec, onFault) })
    }
    case 'put':
      throw new Error('puts are answered from their records')
  }
}

function valueBody(value: unknown, output: StructureNode | undefined, codec: Codec): WireBody {
  return { kind: 'bytes', bytes: output === undefined ? new Uint8Array(0) : codec.encode(value, output) }
}

function recordsBody(page: GetRecordsPage, output: StructureNode, codec: Codec): WireBody {
  const rest = codec.encode(
    {
      NextShardIterator: page.nextShardIterator,
      MillisBehindLatest: page.millisBehindLatest,
      ChildShards: page.childShards,
    },
    output,
  )
  return pageBody(page.batches, rest, recordCodecOf(codec).pageForm)
}

function required(output: StructureNode | undefined): StructureNode {
  if (!output) throw new Error('the operation has no output')
  return output
}
