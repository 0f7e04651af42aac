import type { AccountId, Region, RequestError } from '@millrace/model'
import type { StreamDirectory } from '../stream/stream-directory.js'

/** The refusal, where the account cannot have one more on-demand stream in the region. */
export function onDemandRefusal(
  directory: StreamDirectory,
  { account, region }: { readonly account: AccountId; readonly region: Region },
  quota: number,
): RequestError | undefined {
  const current = [...directory.in(account, region)].filter(({ mode }) => mode === 'ON_DEMAND').length
  if (current < quota) return undefined
  const message =
    `This request would exceed the on-demand stream limit for the account ${account} in ${region}. Current on-demand stream count ` +
    `for the account: ${current}. Limit: ${quota}.`
  return { kind: 'LimitExceeded', message }
}
