import type { AccountId, DomainError, Principal, Region, Result } from '@millrace/model'

/**
 * The operations of the model that the control plane carries out. The data plane forwards what is listed; the control plane's table
 * must have a row for each, or it does not compile.
 */
export const lifecycleOperations = [
  'AddTagsToStream',
  'CreateChannel',
  'CreateStream',
  'DecreaseStreamRetentionPeriod',
  'DeleteChannel',
  'DeleteResourcePolicy',
  'DeleteStream',
  'DeregisterStreamConsumer',
  'DescribeAccountSettings',
  'DescribeChannel',
  'DescribeLimits',
  'DescribeStream',
  'DescribeStreamConsumer',
  'DescribeStreamSummary',
  'DisableEnhancedMonitoring',
  'EnableEnhancedMonitoring',
  'GetResourcePolicy',
  'IncreaseStreamRetentionPeriod',
  'ListChannels',
  'ListShards',
  'ListStreamConsumers',
  'ListStreams',
  'ListTagsForResource',
  'ListTagsForStream',
  'MergeShards',
  'PutResourcePolicy',
  'RegisterStreamConsumer',
  'RemoveTagsFromStream',
  'SplitShard',
  'StartStreamEncryption',
  'StopStreamEncryption',
  'TagResource',
  'UntagResource',
  'UpdateAccountSettings',
  'UpdateChannel',
  'UpdateMaxRecordSize',
  'UpdateShardCount',
  'UpdateStreamMode',
  'UpdateStreamRecordDistributionStrategy',
  'UpdateStreamWarmThroughput',
] as const

export type LifecycleOperationName = (typeof lifecycleOperations)[number]

/**
 * The lifecycle half of the API. The data plane authenticates, authorises, parses and validates against the model, and forwards;
 * the control plane applies the domain's rules and returns the operation's output, which the data plane serialises.
 */
export interface ControlPlane {
  invoke(call: LifecycleCall): Promise<Result<unknown, DomainError>>
}

export interface LifecycleCall {
  /** Name in the model, for example `CreateStream`. */
  readonly operation: string
  readonly principal: Principal
  /** Of the credential scope; where the input has an ARN, the ARN's own account and region win. */
  readonly account: AccountId
  readonly region: Region
  /** Parsed and validated: the operation's input shape; blobs are Uint8Array, timestamps Date. */
  readonly input: unknown
}
