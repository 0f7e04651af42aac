import { matchesPattern, type PolicyStatement, parsePolicyDocument } from '@millrace/aws-auth'
import { serviceModel } from '@millrace/aws-models'
import { limits, type RequestError } from '@millrace/model'

/** In lower case, as actions are compared without regard to it. */
const actions = Object.keys(serviceModel('kinesis').operations).map((name) => `kinesis:${name.toLowerCase()}`)

/** What is wrong with a policy for the resource; undefined: nothing. Whom it lets do what is decided elsewhere. */
export function policyProblem(policy: string, resourceArn: string): RequestError | undefined {
  if (Buffer.byteLength(policy) > limits.resourcePolicyBytesMax) {
    return { kind: 'LimitExceeded', message: `Cannot exceed quota for PolicySize: ${limits.resourcePolicyBytesMax}` }
  }
  const document = parsePolicyDocument(policy)
  const message = document.ok
    ? document.value.statements.map((statement) => statementProblem(statement, resourceArn)).find((found) => found !== undefined)
    : document.error
  return message === undefined ? undefined : { kind: 'InvalidArgument', message }
}

function statementProblem(statement: PolicyStatement, resourceArn: string): string | undefined {
  const action = statement.actions.find((pattern) => !standsForAction(pattern.toLowerCase()))
  if (action !== undefined) return `Invalid action in policy: ${action}`
  const resource = statement.resources.find((pattern) => !matchesPattern(pattern, resourceArn))
  return resource === undefined ? undefined : `Invalid resource in policy: ${resource} does not match ${resourceArn}`
}

function standsForAction(pattern: string): boolean {
  return actions.some((action) => matchesPattern(pattern, action))
}
