import type { CallContext } from '@millrace/aws-wire'
import { type DomainError, err, ok, type Result } from '@millrace/model'
import type { Authorizer } from '@millrace/streams'
import { resourceOf } from './resource-of.js'

/** May this caller do this, here? Decided from the parsed input, before any look at state. */
export class Authorize {
  constructor(
    private readonly authorizer: Authorizer,
    private readonly iteratorKey: () => Uint8Array,
  ) {}

  decide(context: CallContext, input: object): Result<void, DomainError> {
    const action = `kinesis:${context.operation}`
    const resource = resourceOf(context.operation, input, context, this.iteratorKey())
    if (isElsewhere(resource, context.region)) return err({ kind: 'InvalidArgument', message: elsewhere(resource) })
    const { secure, remoteAddress } = context.request
    const environment = { secureTransport: secure, sourceAddress: remoteAddress }
    const allowed = this.authorizer.isAllowed({ principal: context.principal, action, resource, context: environment })
    return allowed ? ok(undefined) : err({ kind: 'AccessDenied', message: denial(context, action, resource) })
  }
}

/** As on AWS, where each region answers for itself. */
function isElsewhere(resource: string, region: string): boolean {
  return resource.startsWith('arn:') && resource.split(':')[3] !== region
}

function elsewhere(resource: string): string {
  return `The region specified in the ARN '${resource}' does not match the endpoint region`
}

function denial(context: CallContext, action: string, resource: string): string {
  return `User: ${context.principal.arn} is not authorized to perform: ${action} on resource: ${resource} because no resource-based policy allows the ${action} action`
}
