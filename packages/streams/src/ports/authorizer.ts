import type { Principal } from '@millrace/model'

/** Every decision of every operation goes through here, before any look at state. Synchronous: policies are held locally. */
export interface Authorizer {
  isAllowed(request: AuthorizationRequest): boolean
}

export interface AuthorizationRequest {
  readonly principal: Principal
  /** For example `kinesis:PutRecords`. */
  readonly action: string
  /** ARN, or `*` for an operation that has no resource. */
  readonly resource: string
  readonly context: { readonly secureTransport: boolean; readonly sourceAddress?: string }
}
