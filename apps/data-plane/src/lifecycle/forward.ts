import type { OperationHandler } from '@millrace/aws-wire'
import { err } from '@millrace/model'
import type { ControlPlane } from '@millrace/streams'

/** A lifecycle operation: authenticated, authorised, parsed and validated here, carried out by the control plane. */
export function forwarded(controlPlane: ControlPlane): Extract<OperationHandler, { form: 'value' }> {
  return {
    form: 'value',
    async handle({ operation, principal, account, region }, input) {
      try {
        return await controlPlane.invoke({ operation, principal, account, region, input })
      } catch (error) {
        return err({ kind: 'Unavailable', outcome: 'unknown', reason: `control plane: ${error}` })
      }
    },
  }
}
