import type { AccountId } from './ids.js'

/** Whom a verified signature speaks for. */
export interface Principal {
  readonly account: AccountId
  /** For example `arn:aws:iam::000000000000:root`. */
  readonly arn: string
  readonly accessKeyId: string
}
