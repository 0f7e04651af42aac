import { queryCodec } from '../codec/query/query-codec.js'
import { invalidAction, requestTooLarge } from '../error/aws-error.js'
import { queryError } from '../error/query-error.js'
import type { WireRequest, WireResponse } from '../http/request.js'
import { type Operation, operationsOf, type Service } from '../service/operation-table.js'
import { mediaType } from './media-type.js'
import type { Located, Protocol } from './protocol.js'
import { scopeService } from './scope-service.js'

/** An API whose parameters are a form's, `Action` and `Version` among them, and whose answers are XML. */
export interface QueryService {
  /** As it stands in a credential's scope. */
  readonly name: string
  readonly version: string
  readonly operations: ReadonlyMap<string, Operation>
  readonly protocol: Protocol
}

/** Which APIs a form may be for. */
export interface QueryServices {
  readonly served: readonly QueryService[]
  /** Names in a credential's scope of the APIs that take no forms. */
  readonly formless: ReadonlySet<string>
}

export function queryServices(services: readonly Service[]): QueryServices {
  const served = services.filter(isQueryService).map((service) => {
    const { apiVersion, xmlNamespace } = service.model.metadata
    return { name: nameOf(service), version: apiVersion, operations: operationsOf(service), protocol: protocolOf(xmlNamespace) }
  })
  return { served, formless: new Set(services.filter((service) => !isQueryService(service)).map(nameOf)) }
}

function nameOf({ model }: Service): string {
  return model.metadata.signingName ?? model.metadata.endpointPrefix
}

export function isQueryService({ model }: Service): boolean {
  return model.metadata.protocol === 'query'
}

/**
 * The parameters stand in the body, in the query of the target, or in both. Undefined where the request is no such call: it has a
 * target, no action, or is for somebody else. AWS finds the action before it asks who calls.
 */
export function locateByAction(request: WireRequest, services: QueryServices, requestId: string): Located | undefined {
  if (!mayHaveAction(request)) return undefined
  const parameters = parametersOf(request).toString('latin1', 0, formBytesMax + 1)
  const action = parameterIn(parameters, 'Action')
  const version = parameterIn(parameters, 'Version')
  const service = serviceOf(request, services, version)
  if (action === undefined || service === undefined) return undefined
  const { operations, protocol } = service
  if (parameters.length > formBytesMax) return { kind: 'refused', response: protocol.error(requestTooLarge, requestId) }
  const operation = version === service.version ? operations.get(action) : undefined
  if (operation) return { kind: 'operation', operation, protocol }
  return { kind: 'refused', response: protocol.error(invalidAction(action, version ?? 'NO_VERSION_SPECIFIED'), requestId) }
}

/** More than any API's longest document takes, percent-encoded; what is longer is not looked into. */
const formBytesMax = 524_288

/** The first of this name, without reading the form as a whole: nobody has said yet who sends it. */
function parameterIn(parameters: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|&)${name}=([^&]{0,1024})`).exec(parameters)?.[1]
  return found === undefined ? undefined : (new URLSearchParams(`a=${found}`).get('a') ?? undefined)
}

function mayHaveAction(request: WireRequest): boolean {
  if (request.method !== 'POST' && request.method !== 'GET') return false
  if (request.headers.get('x-amz-target') !== undefined) return false
  return isForm(request) || /[?&]Action=/.test(request.target)
}

/** Who has not signed has told at least which API's version he means. A form for an API that is not here finds no operation in it. */
function serviceOf(
  request: WireRequest,
  { served, formless }: QueryServices,
  version: string | undefined,
): QueryService | undefined {
  const scoped = scopeService(request)
  if (scoped === undefined) return served.find((service) => service.version === version)
  if (formless.has(scoped)) return undefined
  return served.find((service) => service.name === scoped) ?? unserved
}

/** An API that this server does not have, as far as its clients can be told. */
const unserved: QueryService = { name: '', version: '', operations: new Map(), protocol: protocolOf(undefined) }

function isForm(request: WireRequest): boolean {
  return mediaType(request) === 'application/x-www-form-urlencoded'
}

function parametersOf(request: WireRequest): Buffer {
  const { target, body } = request
  const queryAt = target.indexOf('?')
  const query = Buffer.from(queryAt < 0 ? '' : target.slice(queryAt + 1), 'latin1')
  if (request.method === 'GET' || !isForm(request)) return query
  return query.length === 0 ? body : Buffer.concat([query, Buffer.from('&'), body])
}

function protocolOf(namespace = ''): Protocol {
  return {
    codec: queryCodec,
    input: parametersOf,
    output: (body, { operation, requestId }) => {
      if (body.kind !== 'bytes') throw new Error('an answer in XML comes in one piece')
      return xml(envelope(operation, namespace, requestId, Buffer.from(body.bytes).toString()))
    },
    error: (error, requestId) => queryError(error, namespace, requestId),
  }
}

function envelope(operation: string, namespace: string, requestId: string, members: string): string {
  const result = members === '' ? '' : `  <${operation}Result>\n${members}  </${operation}Result>\n`
  const metadata = `  <ResponseMetadata>\n    <RequestId>${requestId}</RequestId>\n  </ResponseMetadata>\n`
  return `<${operation}Response xmlns="${namespace}">\n${result}${metadata}</${operation}Response>\n`
}

function xml(text: string): WireResponse {
  return {
    status: 200,
    headers: [['Content-Type', queryCodec.contentType]],
    body: { kind: 'bytes', bytes: Buffer.from(text) },
  }
}
