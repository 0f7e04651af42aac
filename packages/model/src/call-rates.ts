/** Of what AWS counts the calls: of all that an account makes in a region, or of those for one stream. */
export type RatedBy = 'account' | 'stream'

export interface CallRate {
  readonly perSecond: number
  readonly by: RatedBy
}

const five = (by: RatedBy): CallRate => ({ perSecond: 5, by })

/**
 * AWS's call rates of the control plane's operations ("Quotas and limits", the table of API limits, also where the page of
 * an operation says otherwise: for MergeShards and SplitShard by account). Others have none.
 */
export const callRates = {
  AddTagsToStream: five('account'),
  CreateChannel: five('account'),
  CreateStream: five('account'),
  DecreaseStreamRetentionPeriod: five('stream'),
  DeleteChannel: five('account'),
  DeleteResourcePolicy: five('account'),
  DeleteStream: five('account'),
  DeregisterStreamConsumer: five('stream'),
  DescribeAccountSettings: five('account'),
  DescribeChannel: five('account'),
  DescribeLimits: { perSecond: 1, by: 'account' },
  DescribeStream: { perSecond: 10, by: 'account' },
  DescribeStreamConsumer: { perSecond: 20, by: 'stream' },
  DescribeStreamSummary: { perSecond: 20, by: 'account' },
  DisableEnhancedMonitoring: five('stream'),
  EnableEnhancedMonitoring: five('stream'),
  GetResourcePolicy: five('account'),
  IncreaseStreamRetentionPeriod: five('stream'),
  ListChannels: five('account'),
  ListShards: { perSecond: 1_000, by: 'stream' },
  ListStreamConsumers: five('stream'),
  ListStreams: five('account'),
  ListTagsForStream: five('stream'),
  MergeShards: five('stream'),
  PutResourcePolicy: five('account'),
  RegisterStreamConsumer: five('stream'),
  RemoveTagsFromStream: five('stream'),
  SplitShard: five('stream'),
  UpdateAccountSettings: five('account'),
  UpdateChannel: five('account'),
  UpdateShardCount: { perSecond: 10, by: 'account' },
  UpdateStreamWarmThroughput: five('account'),
} as const satisfies Readonly<Record<string, CallRate>>

export type RatedOperation = keyof typeof callRates

/** The name of a rate among the limits, for example `describeStreamCallsPerSecond`. */
export type CallRateName = `${Uncapitalize<RatedOperation>}CallsPerSecond`

export function callRateName(operation: RatedOperation): CallRateName {
  return `${operation[0].toLowerCase()}${operation.slice(1)}CallsPerSecond` as CallRateName
}

/** AWS's, by the names that they have among the limits. */
export const callRateLimits = Object.fromEntries(
  Object.entries(callRates).map(([operation, { perSecond }]) => [callRateName(operation as RatedOperation), perSecond]),
) as { readonly [Name in CallRateName]: number }
