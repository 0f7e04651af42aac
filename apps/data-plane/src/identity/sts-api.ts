import { serviceModel } from '@millrace/aws-models'
import type { OperationHandler, Service } from '@millrace/aws-wire'
import { ok } from '@millrace/model'
import type { Authenticate } from '../authenticate/authenticate.js'

/** The Security Token Service as this lane answers it: whom a signature speaks for is known here, nobody else is asked. */
export function stsApi(authenticate: Authenticate): Service {
  return {
    model: serviceModel('sts'),
    parts: {
      authenticate: (request) => authenticate.caller(request),
      // AWS needs no permission for it, and no policy can deny it.
      authorize: () => ok(undefined),
      handlers: new Map([['GetCallerIdentity', getCallerIdentity]]),
    },
  }
}

const getCallerIdentity: OperationHandler = {
  form: 'value',
  handle: async ({ principal }) => {
    const { account, arn } = principal
    // The root of an account has the account's id for its own, and there is no other principal.
    return ok({ UserId: account, Account: account, Arn: arn })
  },
}
