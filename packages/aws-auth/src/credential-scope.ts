import { err, limits, ok, type Result } from '@millrace/model'

/** `accessKeyId/20150830/us-east-1/kinesis/aws4_request`, taken apart. */
export interface CredentialScope {
  readonly accessKeyId: string
  readonly date: string
  readonly region: string
  readonly service: string
  /** The scope without the key, as it is signed. */
  readonly scope: string
}

const terminator = 'aws4_request'
/** Names of regions and services; also what keeps a scope usable as a part of a name space. */
const label = /^[a-z0-9](?:[a-z0-9-]{0,62})$/

export type ScopeError =
  | { readonly kind: 'IncompleteSignature'; readonly message: string }
  | { readonly kind: 'SignatureMismatch'; readonly message: string }

/** `requestDate`: of the request, in the basic form; its day must be the scope's. Texts as AWS's, one after the other. */
export function parseCredential(credential: string, requestDate: string): Result<CredentialScope, ScopeError> {
  const parts = credential.split('/')
  if (parts.length !== 5) {
    const message = `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`
    return err({ kind: 'IncompleteSignature', message })
  }
  const [accessKeyId, date, region, service, term] = parts as [string, string, string, string, string]
  const message = scopeFaults(date, region, service, term, requestDate)
  if (message !== '') return err({ kind: 'SignatureMismatch', message })
  return ok({ accessKeyId, date, region, service, scope: credential.slice(accessKeyId.length + 1) })
}

function scopeFaults(date: string, region: string, service: string, term: string, requestDate: string): string {
  let faults = ''
  if (!label.test(region) || region.length > limits.regionCharactersMax)
    faults += `Credential should be scoped to a valid region, not '${region}'. `
  if (!label.test(service)) faults += `Credential should be scoped to correct service: '${service}'. `
  if (term !== terminator) faults += `Credential should be scoped with a valid terminator: '${terminator}', not '${term}'. `
  if (date !== requestDate.slice(0, 8)) {
    faults += `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${requestDate.slice(0, 8)}', from '${requestDate}'. `
  }
  return faults
}
