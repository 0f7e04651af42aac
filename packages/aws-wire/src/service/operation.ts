import type { AccountId, DomainError, Principal, Region, Result } from '@millrace/model'
import type { EventSource } from '../event-stream/events.js'
import type { WireRequest } from '../http/request.js'
import type { GetRecordsPage } from '../record/get-records.js'
import type { PutResults, PutSource } from '../record/put-records.js'

/** Who calls, from where, for whom: known before the input is looked at. */
export interface CallContext {
  readonly requestId: string
  readonly operation: string
  readonly principal: Principal
  readonly account: AccountId
  /** Of the credential scope. */
  readonly region: Region
  readonly request: WireRequest
}

/**
 * How an operation is answered. An operation exists because the model has it and one of these is registered under its name.
 * `value`: plain values in and out, parsed, validated and serialised by the model. The record operations have their own forms,
 * with a fast path that gives equal answers; a put handler returns `undecodable` to have the interpreter say what is wrong.
 */
export type OperationHandler =
  | { readonly form: 'value'; handle(context: CallContext, input: unknown): Promise<Result<unknown, DomainError>> }
  | {
      readonly form: 'put'
      handle(context: CallContext, source: PutSource): Promise<Result<PutResults, DomainError> | 'undecodable'>
    }
  | { readonly form: 'get'; handle(context: CallContext, input: unknown): Promise<Result<GetRecordsPage, DomainError>> }
  /** Answers with an event stream: the output's event-stream member, event by event, serialised by the model. */
  | { readonly form: 'events'; handle(context: CallContext, input: unknown): Promise<Result<EventSource, DomainError>> }

/** What a service needs to answer one AWS API; `authenticate` comes from `aws-auth`, which this package does not know. */
export interface ServiceParts {
  readonly authenticate: (request: WireRequest) => Result<Caller, DomainError>
  /** Decides from the parsed input, before any look at state. */
  readonly authorize: (
    context: CallContext,
    resource: { streamName?: string; streamArn?: string; input: unknown },
  ) => Result<void, DomainError>
  readonly handlers: ReadonlyMap<string, OperationHandler>
}

export interface Caller {
  readonly principal: Principal
  readonly account: AccountId
  readonly region: Region
}
