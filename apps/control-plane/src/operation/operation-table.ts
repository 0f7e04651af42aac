import type { Clock } from '@millrace/model'
import { DescribeAccountSettings } from '../account-settings/describe-account-settings.js'
import { UpdateAccountSettings } from '../account-settings/update-account-settings.js'
import { CreateChannel } from '../channel/create-channel.js'
import { DeleteChannel } from '../channel/delete-channel.js'
import { DescribeChannel } from '../channel/describe-channel.js'
import { ListChannels } from '../channel/list-channels.js'
import { UpdateChannel } from '../channel/update-channel.js'
import type { ControlPlaneConfig } from '../config.js'
import { CreateStream } from '../create-stream/create-stream.js'
import { DeleteStream } from '../delete-stream/delete-stream.js'
import { DescribeLimits } from '../describe-limits/describe-limits.js'
import { DescribeStream } from '../describe-stream/describe-stream.js'
import { DescribeStreamSummary } from '../describe-stream-summary/describe-stream-summary.js'
import { ChangeMonitoring } from '../enhanced-monitoring/change-monitoring.js'
import { ListShards } from '../list-shards/list-shards.js'
import { ListStreams } from '../list-streams/list-streams.js'
import { MergeShards } from '../merge-shards/merge-shards.js'
import type { NextTokens } from '../pagination/next-tokens.js'
import { UpdateMaxRecordSize } from '../record-settings/update-max-record-size.js'
import { UpdateRecordDistribution } from '../record-settings/update-record-distribution.js'
import { Resharding } from '../reshard/resharding.js'
import { DeleteResourcePolicy } from '../resource-policy/delete-resource-policy.js'
import { GetResourcePolicy } from '../resource-policy/get-resource-policy.js'
import { PutResourcePolicy } from '../resource-policy/put-resource-policy.js'
import { ChangeRetention } from '../retention/change-retention.js'
import { SplitShard } from '../split-shard/split-shard.js'
import type { StreamDirectory } from '../stream/stream-directory.js'
import { StreamEdits } from '../stream/stream-edits.js'
import type { StreamWriter } from '../stream/stream-writer.js'
import { DeregisterStreamConsumer } from '../stream-consumer/deregister-stream-consumer.js'
import { DescribeStreamConsumer } from '../stream-consumer/describe-stream-consumer.js'
import { ListStreamConsumers } from '../stream-consumer/list-stream-consumers.js'
import { RegisterStreamConsumer } from '../stream-consumer/register-stream-consumer.js'
import type { DataKeys } from '../stream-encryption/data-keys.js'
import { StartStreamEncryption } from '../stream-encryption/start-stream-encryption.js'
import { StopStreamEncryption } from '../stream-encryption/stop-stream-encryption.js'
import { UpdateStreamMode } from '../stream-mode/update-stream-mode.js'
import { UpdateStreamWarmThroughput } from '../stream-mode/update-stream-warm-throughput.js'
import { AddTags } from '../tag/add-tags.js'
import { ListTagsForResource, ListTagsForStream } from '../tag/list-tags.js'
import { RemoveTags } from '../tag/remove-tags.js'
import { UpdateShardCount } from '../update-shard-count/update-shard-count.js'
import type { OperationTable } from './lifecycle-operation.js'

/** What operations are made of. */
export interface OperationParts {
  readonly directory: StreamDirectory
  readonly writer: StreamWriter
  readonly tokens: NextTokens
  readonly clock: Clock
  readonly config: ControlPlaneConfig
  readonly dataKeys: DataKeys
}

/** Every operation that the control plane answers. */
export function operationTable({ directory, writer, tokens, clock, config, dataKeys }: OperationParts): OperationTable {
  const edits = new StreamEdits(writer, clock, config)
  const resharding = new Resharding(edits, clock, config)
  return {
    AddTagsToStream: new AddTags(edits, config),
    CreateChannel: new CreateChannel(edits, clock, config),
    CreateStream: new CreateStream(writer, clock, config),
    DecreaseStreamRetentionPeriod: new ChangeRetention(edits, config),
    DeleteChannel: new DeleteChannel(edits),
    DeleteResourcePolicy: new DeleteResourcePolicy(edits),
    DeleteStream: new DeleteStream(edits),
    DeregisterStreamConsumer: new DeregisterStreamConsumer(edits),
    DescribeAccountSettings: new DescribeAccountSettings(directory, clock),
    DescribeChannel: new DescribeChannel(directory),
    DescribeLimits: new DescribeLimits(directory, config),
    DescribeStream: new DescribeStream(directory, clock),
    DescribeStreamConsumer: new DescribeStreamConsumer(directory),
    DescribeStreamSummary: new DescribeStreamSummary(directory),
    DisableEnhancedMonitoring: new ChangeMonitoring(edits),
    EnableEnhancedMonitoring: new ChangeMonitoring(edits),
    GetResourcePolicy: new GetResourcePolicy(directory),
    IncreaseStreamRetentionPeriod: new ChangeRetention(edits, config),
    ListChannels: new ListChannels(directory, tokens),
    ListShards: new ListShards(directory, tokens, clock),
    ListStreamConsumers: new ListStreamConsumers(directory, tokens),
    ListStreams: new ListStreams(directory, tokens),
    ListTagsForResource: new ListTagsForResource(directory),
    ListTagsForStream: new ListTagsForStream(directory),
    MergeShards: new MergeShards(resharding),
    PutResourcePolicy: new PutResourcePolicy(edits),
    RegisterStreamConsumer: new RegisterStreamConsumer(edits, clock, config),
    RemoveTagsFromStream: new RemoveTags(edits),
    SplitShard: new SplitShard(resharding),
    StartStreamEncryption: new StartStreamEncryption(edits, clock, config, dataKeys),
    StopStreamEncryption: new StopStreamEncryption(edits, clock, config),
    TagResource: new AddTags(edits, config),
    UntagResource: new RemoveTags(edits),
    UpdateAccountSettings: new UpdateAccountSettings(writer, clock),
    UpdateChannel: new UpdateChannel(edits),
    UpdateMaxRecordSize: new UpdateMaxRecordSize(edits),
    UpdateShardCount: new UpdateShardCount(resharding, config),
    UpdateStreamMode: new UpdateStreamMode(edits, clock, config),
    UpdateStreamRecordDistributionStrategy: new UpdateRecordDistribution(edits),
    UpdateStreamWarmThroughput: new UpdateStreamWarmThroughput(edits, clock, config),
  }
}
