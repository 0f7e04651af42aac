import { type DomainError, err, type Result } from '@millrace/model'
import type { ControlPlane, LifecycleCall } from '@millrace/streams'
import type { CallRates } from '../call-rate/call-rates.js'
import type { LifecycleOperation, OperationName, OperationTable } from './lifecycle-operation.js'

/** Leads a call to its operation, if the caller may make one more now. */
export class OperationDispatcher implements ControlPlane {
  private readonly operations: ReadonlyMap<string, LifecycleOperation<OperationName>>

  constructor(
    table: OperationTable,
    private readonly rates: CallRates,
  ) {
    this.operations = new Map(Object.entries(table) as [string, LifecycleOperation<OperationName>][])
  }

  async invoke(call: LifecycleCall): Promise<Result<unknown, DomainError>> {
    const operation = this.operations.get(call.operation)
    if (!operation) throw new Error(`the control plane has no operation ${call.operation}`)
    const refusal = this.rates.admit(call)
    if (refusal) return err(refusal)
    return operation.handle(call as Parameters<typeof operation.handle>[0])
  }
}
