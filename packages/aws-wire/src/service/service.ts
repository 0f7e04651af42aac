import { awsErrorOf, internalFailure, serializationError } from '../error/aws-error.js'
import { xmlError } from '../error/error-response.js'
import type { WireHandler, WireRequest, WireResponse } from '../http/request.js'
import { locateByTarget } from '../protocol/aws-json.js'
import { isQueryService, locateByAction, type QueryServices, queryServices } from '../protocol/aws-query.js'
import type { Located } from '../protocol/protocol.js'
import { answer } from './answer.js'
import { type Operation, operationsByTarget, type Service } from './operation-table.js'
import { preflightResponse, type ResponseIds, randomIds, withCommonHeaders } from './response-headers.js'

export interface ServiceOptions {
  readonly ids?: ResponseIds
  /** Told of what a handler threw; the client gets InternalFailure. */
  readonly onFault: (fault: unknown, request: WireRequest) => void
  /** Told of every answer: to which operation, undefined where the request names none, and the error that it says, if any. */
  readonly onAnswer?: (operation: string | undefined, errorCode: string | undefined) => void
}

/** Answers the APIs of several services on one port: an operation exists because a model has it and a handler is registered. */
export function createService(services: readonly Service[], options: ServiceOptions): WireHandler {
  const tables = {
    byTarget: operationsByTarget(services.filter((service) => !isQueryService(service))),
    byAction: queryServices(services),
  }
  const ids = options.ids ?? randomIds()
  return async (request) => {
    const requestId = ids.requestId()
    const preflight = preflightResponse(request, requestId)
    if (preflight) return preflight
    const response = await respond(request, requestId, tables, options).catch((fault) => {
      options.onFault(fault, request)
      return xmlError(internalFailure, internalFailure.status)
    })
    return withCommonHeaders(response, request, requestId, ids)
  }
}

/** Where the operations of all services are found. */
interface Tables {
  readonly byTarget: ReadonlyMap<string, Operation>
  readonly byAction: QueryServices
}

async function respond(request: WireRequest, requestId: string, tables: Tables, options: ServiceOptions): Promise<WireResponse> {
  const located = locateByAction(request, tables.byAction, requestId) ?? locateByTarget(request, tables.byTarget)
  const isRefused = located.kind === 'refused'
  const response = isRefused ? located.response : await respondTo(located, request, requestId, options)
  options.onAnswer?.(isRefused ? undefined : located.operation.name, response.errorCode)
  return response
}

/** Authentication is cheap and comes first, yet AWS complains of a malformed body before it. */
async function respondTo(
  { operation, protocol }: Located & { kind: 'operation' },
  request: WireRequest,
  requestId: string,
  options: ServiceOptions,
): Promise<WireResponse> {
  const caller = operation.parts.authenticate(request)
  if (!caller.ok) {
    const isWellFormed = protocol.codec.isWellFormed(protocol.input(request))
    return protocol.error(isWellFormed ? awsErrorOf(caller.error) : serializationError(), requestId)
  }
  const context = { requestId, operation: operation.name, request, ...caller.value }
  try {
    return await answer({ context, operation, protocol }, (fault) => options.onFault(fault, request))
  } catch (fault) {
    options.onFault(fault, request)
    return protocol.error(internalFailure, requestId)
  }
}
