import { verifySignature } from '@millrace/aws-auth'
import type { Caller, WireRequest } from '@millrace/aws-wire'
import { type AuthError, type Clock, err, ok, type Region, type Result } from '@millrace/model'
import type { CredentialStore } from './credential-store.js'

/** Whom a request speaks for: SigV4 over the exact bytes received, for one service, in any region. */
export class Authenticate {
  constructor(
    private readonly credentials: CredentialStore,
    private readonly clock: Clock,
    /** As it stands in a credential's scope, for example `kinesis`. */
    private readonly service: string,
  ) {}

  caller(request: WireRequest): Result<Caller, AuthError> {
    const verified = verifySignature(request, (accessKeyId) => this.credentials.find(accessKeyId), this.clock.nowMs())
    if (!verified.ok) return verified
    const { credential, region, service } = verified.value
    if (service !== this.service) return err({ kind: 'SignatureMismatch', message: wrongService(this.service) })
    const { principal } = credential
    return ok({ principal, account: principal.account, region: region as Region })
  }
}

function wrongService(service: string): string {
  return `Credential should be scoped to correct service: '${service}'.`
}
