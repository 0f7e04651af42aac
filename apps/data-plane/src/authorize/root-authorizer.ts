import type { AuthorizationRequest, Authorizer } from '@millrace/streams'
import { accountOf } from './resource-of.js'

/** Without policies there is one kind of principal, the root of an account: it may do everything in its own account, nothing in others. */
export const rootAuthorizer: Authorizer = {
  isAllowed({ principal, resource }: AuthorizationRequest): boolean {
    const account = accountOf(resource)
    return account === undefined || account === principal.account
  },
}
