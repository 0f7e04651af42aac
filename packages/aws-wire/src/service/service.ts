import { awsErrorOf, internalFailure } from '../error/aws-error.js'
import { codecError, xmlError } from '../error/error-response.js'
import type { WireHandler, WireRequest, WireResponse } from '../http/request.js'
import { locateOperation, malformedBody } from '../protocol/aws-json.js'
import { answer } from './answer.js'
import { type Operation, operationsByTarget, type Service } from './operation-table.js'
import { preflightResponse, type ResponseIds, randomIds, withCommonHeaders } from './response-headers.js'

export interface ServiceOptions {
  readonly ids?: ResponseIds
  /** Told of what a handler threw; the client gets InternalFailure. */
  readonly onFault: (fault: unknown, request: WireRequest) => void
}

/** Answers the APIs of several services on one port: an operation exists because a model has it and a handler is registered. */
export function createService(services: readonly Service[], options: ServiceOptions): WireHandler {
  const operations = operationsByTarget(services)
  const ids = options.ids ?? randomIds()
  return async (request) => {
    const requestId = ids.requestId()
    const preflight = preflightResponse(request, requestId)
    if (preflight) return preflight
    const response = await respond(request, requestId, operations, options).catch((fault) => {
      options.onFault(fault, request)
      return xmlError(internalFailure, internalFailure.status)
    })
    return withCommonHeaders(response, request, requestId, ids)
  }
}

/** Authentication is cheap and comes first, yet AWS complains of a malformed body before it. */
async function respond(
  request: WireRequest,
  requestId: string,
  operations: ReadonlyMap<string, Operation>,
  options: ServiceOptions,
): Promise<WireResponse> {
  const located = locateOperation(request, operations)
  if (located.kind === 'refused') return located.response
  const { operation, codec } = located
  const caller = operation.parts.authenticate(request)
  if (!caller.ok) return malformedBody(request.body, codec) ?? codecError(awsErrorOf(caller.error), codec)
  const context = { requestId, operation: operation.name, request, ...caller.value }
  try {
    return await answer({ context, operation, codec }, (fault) => options.onFault(fault, request))
  } catch (fault) {
    options.onFault(fault, request)
    return codecError(internalFailure, codec)
  }
}
