import { type PolicyDocument, type PolicyStatement, parsePolicyDocument } from '@millrace/aws-auth'
import { serviceModel } from '@millrace/aws-models'
import { err, limits, type RequestError, type Result } from '@millrace/model'

/** In lower case, as actions are compared without regard to it. */
const actions = new Set(Object.keys(serviceModel('kinesis').operations).map((name) => `kinesis:${name.toLowerCase()}`))

/** A policy that the resource may have. Whom it lets do what is decided elsewhere. */
export function policyFor(policy: string, resourceArn: string): Result<PolicyDocument, RequestError> {
  if (Buffer.byteLength(policy) > limits.resourcePolicyBytesMax) {
    return err({ kind: 'LimitExceeded', message: `Cannot exceed quota for PolicySize: ${limits.resourcePolicyBytesMax}` })
  }
  const document = parsePolicyDocument(policy)
  const problem = document.ok
    ? document.value.statements.map((statement) => statementProblem(statement, resourceArn)).find((found) => found !== undefined)
    : document.error
  if (problem === undefined && document.ok) return document
  return err({ kind: 'InvalidArgument', message: `Policy validation error: ${problem}` })
}

/** AWS takes no wildcards here, neither for actions nor for the resource. */
function statementProblem(statement: PolicyStatement, resourceArn: string): string | undefined {
  const invalid = `Resource policy contains invalid statement at ${statement.place}:`
  if (statement.actions.some((action) => action !== '*' && !action.toLowerCase().startsWith('kinesis:'))) {
    return `${invalid} Action field includes AWS services that are inconsistent with specified vendor`
  }
  if (statement.actions.some((action) => !actions.has(action.toLowerCase()))) {
    return `${invalid} Action field cannot contain invalid actions`
  }
  if (statement.resources.some((resource) => resource !== resourceArn)) {
    return `${invalid} The resource policy's resource must be the same as the resource ARN.`
  }
  return undefined
}
