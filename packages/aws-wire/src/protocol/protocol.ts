import type { Codec } from '../codec/codec.js'
import type { AwsError } from '../error/aws-error.js'
import type { WireBody, WireRequest, WireResponse } from '../http/request.js'
import type { CallContext } from '../service/operation.js'
import type { Operation } from '../service/operation-table.js'

/** Where an input stands in its request, and what stands around an output and an error; the bytes themselves are the codec's. */
export interface Protocol {
  readonly codec: Codec
  input(request: WireRequest): Buffer
  /** The answer to a call that went well. */
  output(body: WireBody, context: CallContext): WireResponse
  error(error: AwsError, requestId: string): WireResponse
}

/** What a request asks for, or what AWS says before it asks who calls. */
export type Located =
  | { readonly kind: 'operation'; readonly operation: Operation; readonly protocol: Protocol }
  | { readonly kind: 'refused'; readonly response: WireResponse }
