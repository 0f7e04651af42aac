import type { KinesisOperations } from '@millrace/aws-models'
import type { DomainError, Result } from '@millrace/model'
import type { LifecycleCall, LifecycleOperationName } from '@millrace/streams'

export type OperationName = keyof KinesisOperations

/** A call whose input has the operation's shape: the model has validated it. */
export interface Call<Name extends OperationName> extends LifecycleCall {
  readonly operation: Name
  readonly input: KinesisOperations[Name]['input']
}

export type Answer<Name extends OperationName> = Result<KinesisOperations[Name]['output'], DomainError>

/** How one operation of the API is answered. */
export interface LifecycleOperation<Name extends OperationName> {
  handle(call: Call<Name>): Answer<Name> | Promise<Answer<Name>>
}

/** Adding an operation is its name in `lifecycleOperations`, a class, and a row here. */
export type OperationTable = { readonly [Name in LifecycleOperationName]: LifecycleOperation<Name> }
