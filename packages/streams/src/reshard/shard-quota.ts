import type { AccountId, Region, RequestError } from '@millrace/model'

/** How many shards an account has and may have in a region. */
export interface ShardQuota {
  readonly account: AccountId
  readonly region: Region
  /** Open shards of all its streams. */
  readonly current: number
  readonly limit: number
}

export type LimitExceeded = Extract<RequestError, { kind: 'LimitExceeded' }>

/** The refusal, where the account cannot have `additional` open shards more. */
export function shardQuotaRefusal(
  { account, region, current, limit }: ShardQuota,
  additional: number,
): LimitExceeded | undefined {
  if (current + additional <= limit) return undefined
  const message =
    `This request would exceed the shard limit for the account ${account} in ${region}. Current shard count for the account: ` +
    `${current}. Limit: ${limit}. Number of additional shards that would have resulted from this request: ${additional}. Refer to ` +
    'the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and ' +
    'how to request higher limits.'
  return { kind: 'LimitExceeded', message }
}
