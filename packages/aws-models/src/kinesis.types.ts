/** Generated from the model by `npm run generate`. */

/** Input and output of every operation; no output: an empty answer. */
export interface KinesisOperations {
  AcknowledgeDeadLetterQueueRecords: {
    input: AcknowledgeDeadLetterQueueRecordsInput
    output: AcknowledgeDeadLetterQueueRecordsOutput
  }
  AcknowledgeQueueRecords: { input: AcknowledgeQueueRecordsInput; output: AcknowledgeQueueRecordsOutput }
  AddTagsToStream: { input: AddTagsToStreamInput; output: undefined }
  CreateChannel: { input: CreateChannelInput; output: CreateChannelOutput }
  CreateQueue: { input: CreateQueueInput; output: CreateQueueOutput }
  CreateStream: { input: CreateStreamInput; output: undefined }
  DecreaseStreamRetentionPeriod: { input: DecreaseStreamRetentionPeriodInput; output: undefined }
  DeleteChannel: { input: DeleteChannelInput; output: undefined }
  DeleteQueue: { input: DeleteQueueInput; output: undefined }
  DeleteResourcePolicy: { input: DeleteResourcePolicyInput; output: undefined }
  DeleteStream: { input: DeleteStreamInput; output: undefined }
  DeregisterStreamConsumer: { input: DeregisterStreamConsumerInput; output: undefined }
  DescribeAccountSettings: { input: DescribeAccountSettingsInput; output: DescribeAccountSettingsOutput }
  DescribeChannel: { input: DescribeChannelInput; output: DescribeChannelOutput }
  DescribeLimits: { input: DescribeLimitsInput; output: DescribeLimitsOutput }
  DescribeQueue: { input: DescribeQueueInput; output: DescribeQueueOutput }
  DescribeStream: { input: DescribeStreamInput; output: DescribeStreamOutput }
  DescribeStreamConsumer: { input: DescribeStreamConsumerInput; output: DescribeStreamConsumerOutput }
  DescribeStreamSummary: { input: DescribeStreamSummaryInput; output: DescribeStreamSummaryOutput }
  DisableEnhancedMonitoring: { input: DisableEnhancedMonitoringInput; output: EnhancedMonitoringOutput }
  EnableEnhancedMonitoring: { input: EnableEnhancedMonitoringInput; output: EnhancedMonitoringOutput }
  GetRecords: { input: GetRecordsInput; output: GetRecordsOutput }
  GetResourcePolicy: { input: GetResourcePolicyInput; output: GetResourcePolicyOutput }
  GetShardIterator: { input: GetShardIteratorInput; output: GetShardIteratorOutput }
  IncreaseStreamRetentionPeriod: { input: IncreaseStreamRetentionPeriodInput; output: undefined }
  ListChannels: { input: ListChannelsInput; output: ListChannelsOutput }
  ListQueues: { input: ListQueuesInput; output: ListQueuesOutput }
  ListShards: { input: ListShardsInput; output: ListShardsOutput }
  ListStreamConsumers: { input: ListStreamConsumersInput; output: ListStreamConsumersOutput }
  ListStreams: { input: ListStreamsInput; output: ListStreamsOutput }
  ListTagsForResource: { input: ListTagsForResourceInput; output: ListTagsForResourceOutput }
  ListTagsForStream: { input: ListTagsForStreamInput; output: ListTagsForStreamOutput }
  MergeShards: { input: MergeShardsInput; output: undefined }
  PutRecord: { input: PutRecordInput; output: PutRecordOutput }
  PutRecords: { input: PutRecordsInput; output: PutRecordsOutput }
  PutResourcePolicy: { input: PutResourcePolicyInput; output: undefined }
  ReceiveDeadLetterQueueRecords: { input: ReceiveDeadLetterQueueRecordsInput; output: ReceiveDeadLetterQueueRecordsOutput }
  ReceiveQueueRecords: { input: ReceiveQueueRecordsInput; output: ReceiveQueueRecordsOutput }
  RegisterStreamConsumer: { input: RegisterStreamConsumerInput; output: RegisterStreamConsumerOutput }
  RemoveTagsFromStream: { input: RemoveTagsFromStreamInput; output: undefined }
  RestoreDeadLetterQueueRecords: { input: RestoreDeadLetterQueueRecordsInput; output: RestoreDeadLetterQueueRecordsOutput }
  SplitShard: { input: SplitShardInput; output: undefined }
  StartStreamEncryption: { input: StartStreamEncryptionInput; output: undefined }
  StopStreamEncryption: { input: StopStreamEncryptionInput; output: undefined }
  SubscribeToShard: { input: SubscribeToShardInput; output: SubscribeToShardOutput }
  TagResource: { input: TagResourceInput; output: undefined }
  UntagResource: { input: UntagResourceInput; output: undefined }
  UpdateAccountSettings: { input: UpdateAccountSettingsInput; output: UpdateAccountSettingsOutput }
  UpdateChannel: { input: UpdateChannelInput; output: UpdateChannelOutput }
  UpdateDeadLetterQueueRecordsVisibility: {
    input: UpdateDeadLetterQueueRecordsVisibilityInput
    output: UpdateDeadLetterQueueRecordsVisibilityOutput
  }
  UpdateMaxRecordSize: { input: UpdateMaxRecordSizeInput; output: undefined }
  UpdateQueue: { input: UpdateQueueInput; output: UpdateQueueOutput }
  UpdateQueueRecordsVisibility: { input: UpdateQueueRecordsVisibilityInput; output: UpdateQueueRecordsVisibilityOutput }
  UpdateShardCount: { input: UpdateShardCountInput; output: UpdateShardCountOutput }
  UpdateStreamMode: { input: UpdateStreamModeInput; output: undefined }
  UpdateStreamRecordDistributionStrategy: { input: UpdateStreamRecordDistributionStrategyInput; output: undefined }
  UpdateStreamWarmThroughput: { input: UpdateStreamWarmThroughputInput; output: UpdateStreamWarmThroughputOutput }
}

export interface AcknowledgeDeadLetterQueueRecordsErrorEntry {
  readonly ReceiptHandle: string
  readonly ErrorCode: string
  readonly ErrorMessage?: string
}

export interface AcknowledgeDeadLetterQueueRecordsInput {
  readonly QueueARN: string
  readonly Entries: readonly AcknowledgeDeadLetterQueueRecordsRequestEntry[]
}

export interface AcknowledgeDeadLetterQueueRecordsOutput {
  readonly Successful: readonly AcknowledgeDeadLetterQueueRecordsResultEntry[]
  readonly Failed: readonly AcknowledgeDeadLetterQueueRecordsErrorEntry[]
}

export interface AcknowledgeDeadLetterQueueRecordsRequestEntry {
  readonly ReceiptHandle: string
}

export interface AcknowledgeDeadLetterQueueRecordsResultEntry {
  readonly ReceiptHandle: string
}

export interface AcknowledgeQueueRecordsErrorEntry {
  readonly ReceiptHandle: string
  readonly ErrorCode: string
  readonly ErrorMessage?: string
}

export interface AcknowledgeQueueRecordsInput {
  readonly QueueARN: string
  readonly Entries: readonly AcknowledgeQueueRecordsRequestEntry[]
}

export interface AcknowledgeQueueRecordsOutput {
  readonly Successful: readonly AcknowledgeQueueRecordsResultEntry[]
  readonly Failed: readonly AcknowledgeQueueRecordsErrorEntry[]
}

export interface AcknowledgeQueueRecordsRequestEntry {
  readonly ReceiptHandle: string
}

export interface AcknowledgeQueueRecordsResultEntry {
  readonly ReceiptHandle: string
}

export interface AddTagsToStreamInput {
  readonly StreamName?: string
  readonly Tags: { readonly [key: string]: string }
  readonly StreamARN?: string
  readonly StreamId?: string
}

export interface ChannelDescription {
  readonly ChannelName: string
  readonly ChannelARN: string
  readonly ChannelId: string
  readonly ChannelStatus: ChannelStatus
  readonly ChannelStatusReason?: string
  readonly ChannelCreationTimestamp: Date
  readonly ServiceExecutionRoleARN: string
  readonly StreamConfigurationList: readonly ChannelStreamDescription[]
  readonly S3DestinationConfiguration?: S3DestinationDescription
  readonly S3TablesDestinationConfiguration?: S3TablesDestinationDescription
  readonly EncryptionConfiguration?: ChannelEncryptionConfiguration
  readonly LoggingConfiguration: ChannelLoggingConfiguration
}

export type ChannelDestinationType = 'S3' | 'S3_TABLES'

export interface ChannelEncryptionConfiguration {
  readonly EncryptionType: ChannelEncryptionType
  readonly KeyId: string
}

export type ChannelEncryptionType = 'KMS'

export interface ChannelLoggingConfiguration {
  readonly CloudWatchLogs: CloudWatchLogs
}

export interface ChannelLoggingUpdateInput {
  readonly CloudWatchLogs: CloudWatchLogsUpdateInput
}

export type ChannelStatus = 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING' | 'FAILED'

export interface ChannelStreamConfiguration {
  readonly StreamARN: string
  readonly RecordConfiguration: RecordConfiguration
}

export interface ChannelStreamDescription {
  readonly StreamARN: string
  readonly StreamCreationTimestamp: Date
  readonly RecordConfiguration: RecordConfiguration
}

export interface ChannelStreamIdentifier {
  readonly StreamARN: string
  readonly StreamCreationTimestamp: Date
}

export interface ChannelSummary {
  readonly ChannelName: string
  readonly ChannelARN: string
  readonly ChannelId: string
  readonly ChannelStatus: ChannelStatus
  readonly ChannelStatusReason?: string
  readonly ChannelCreationTimestamp: Date
  readonly ChannelDestinationType: ChannelDestinationType
  readonly Streams: readonly ChannelStreamIdentifier[]
}

export interface ChildShard {
  readonly ShardId: string
  readonly ParentShards: readonly string[]
  readonly HashKeyRange: HashKeyRange
}

export interface CloudWatchLogs {
  readonly Enabled: boolean
  readonly LogGroupName?: string
  readonly LogStreamName?: string
}

export interface CloudWatchLogsUpdateInput {
  readonly Enabled: boolean
  readonly LogGroupName?: string
  readonly LogStreamName?: string
}

export interface Consumer {
  readonly ConsumerName: string
  readonly ConsumerARN: string
  readonly ConsumerStatus: ConsumerStatus
  readonly ConsumerCreationTimestamp: Date
}

export interface ConsumerDescription {
  readonly ConsumerName: string
  readonly ConsumerARN: string
  readonly ConsumerStatus: ConsumerStatus
  readonly ConsumerCreationTimestamp: Date
  readonly StreamARN: string
}

export type ConsumerStatus = 'CREATING' | 'DELETING' | 'ACTIVE'

export interface CreateChannelInput {
  readonly ChannelName: string
  readonly ServiceExecutionRoleARN: string
  readonly StreamConfigurationList: readonly ChannelStreamConfiguration[]
  readonly S3DestinationConfiguration?: S3DestinationConfiguration
  readonly S3TablesDestinationConfiguration?: S3TablesDestinationConfiguration
  readonly EncryptionConfiguration?: ChannelEncryptionConfiguration
  readonly Tags?: { readonly [key: string]: string }
  readonly LoggingConfiguration?: ChannelLoggingConfiguration
}

export interface CreateChannelOutput {
  readonly ChannelDescription: ChannelDescription
}

export interface CreateQueueInput {
  readonly QueueName: string
  readonly StreamConfigurationList: readonly QueueStreamConfiguration[]
  readonly QueueAttributes?: QueueAttributes
  readonly Tags?: { readonly [key: string]: string }
}

export interface CreateQueueOutput {
  readonly QueueDescription: QueueDescription
}

export interface CreateStreamInput {
  readonly StreamName: string
  readonly ShardCount?: number
  readonly StreamModeDetails?: StreamModeDetails
  readonly Tags?: { readonly [key: string]: string }
  readonly WarmThroughputMiBps?: number
  readonly MaxRecordSizeInKiB?: number
  readonly RecordDistributionStrategy?: RecordDistributionStrategy
}

export interface DeadLetterConfiguration {
  readonly TargetType: TargetType
  readonly MaxReceiveCount?: number
}

export interface DeadLetterQueueS3Configuration {
  readonly BucketARN: string
  readonly ExpectedBucketOwner: string
  readonly ErrorOutputPrefix?: string
}

export interface DecreaseStreamRetentionPeriodInput {
  readonly StreamName?: string
  readonly RetentionPeriodHours: number
  readonly StreamARN?: string
  readonly StreamId?: string
}

export interface DeleteChannelInput {
  readonly ChannelARN: string
}

export interface DeleteQueueInput {
  readonly QueueARN: string
}

export interface DeleteResourcePolicyInput {
  readonly ResourceARN: string
  readonly StreamId?: string
}

export interface DeleteStreamInput {
  readonly StreamName?: string
  readonly EnforceConsumerDeletion?: boolean
  readonly StreamARN?: string
  readonly StreamId?: string
}

export interface DeregisterStreamConsumerInput {
  readonly StreamARN?: string
  readonly ConsumerName?: string
  readonly ConsumerARN?: string
  readonly StreamId?: string
}

export type DescribeAccountSettingsInput = { readonly [member: string]: never }

export interface DescribeAccountSettingsOutput {
  readonly MinimumThroughputBillingCommitment?: MinimumThroughputBillingCommitmentOutput
}

export interface DescribeChannelInput {
  readonly ChannelARN: string
}

export interface DescribeChannelOutput {
  readonly ChannelDescription: ChannelDescription
}

export type DescribeLimitsInput = { readonly [member: string]: never }

export interface DescribeLimitsOutput {
  readonly ShardLimit: number
  readonly OpenShardCount: number
  readonly OnDemandStreamCount: number
  readonly OnDemandStreamCountLimit: number
  readonly ChannelCount?: number
  readonly ChannelCountLimit?: number
}

export interface DescribeQueueInput {
  readonly QueueARN: string
}

export interface DescribeQueueOutput {
  readonly QueueDescription: QueueDescription
}

export interface DescribeStreamConsumerInput {
  readonly StreamARN?: string
  readonly ConsumerName?: string
  readonly ConsumerARN?: string
  readonly StreamId?: string
}

export interface DescribeStreamConsumerOutput {
  readonly ConsumerDescription: ConsumerDescription
}

export interface DescribeStreamInput {
  readonly StreamName?: string
  readonly Limit?: number
  readonly ExclusiveStartShardId?: string
  readonly StreamARN?: string
  readonly StreamId?: string
}

export interface DescribeStreamOutput {
  readonly StreamDescription: StreamDescription
}

export interface DescribeStreamSummaryInput {
  readonly StreamName?: string
  readonly StreamARN?: string
  readonly StreamId?: string
}

export interface DescribeStreamSummaryOutput {
  readonly StreamDescriptionSummary: StreamDescriptionSummary
}

export interface DisableEnhancedMonitoringInput {
  readonly StreamName?: string
  readonly ShardLevelMetrics: readonly MetricsName[]
  readonly StreamARN?: string
  readonly StreamId?: string
}

export interface EnableEnhancedMonitoringInput {
  readonly StreamName?: string
  readonly ShardLevelMetrics: readonly MetricsName[]
  readonly StreamARN?: string
  readonly StreamId?: string
}

export type EncryptionType = 'NONE' | 'KMS'

export interface EnhancedMetrics {
  readonly ShardLevelMetrics?: readonly MetricsName[]
}

export interface EnhancedMonitoringOutput {
  readonly StreamName?: string
  readonly CurrentShardLevelMetrics?: readonly MetricsName[]
  readonly DesiredShardLevelMetrics?: readonly MetricsName[]
  readonly StreamARN?: string
}

export interface GetRecordsInput {
  readonly ShardIterator: string
  readonly Limit?: number
  readonly StreamARN?: string
  readonly StreamId?: string
  readonly DryRun?: boolean
}

export interface GetRecordsOutput {
  readonly Records: readonly Record[]
  readonly NextShardIterator?: string
  readonly MillisBehindLatest?: number
  readonly ChildShards?: readonly ChildShard[]
}

export interface GetResourcePolicyInput {
  readonly ResourceARN: string
  readonly StreamId?: string
}

export interface GetResourcePolicyOutput {
  readonly Policy: string
}

export interface GetShardIteratorInput {
  readonly StreamName?: string
  readonly ShardId: string
  readonly ShardIteratorType: ShardIteratorType
  readonly StartingSequenceNumber?: string
  readonly Timestamp?: Date
  readonly StreamARN?: string
  readonly StreamId?: string
  readonly DryRun?: boolean
}

export interface GetShardIteratorOutput {
  readonly ShardIterator?: string
}

export interface HashKeyRange {
  readonly StartingHashKey: string
  readonly EndingHashKey: string
}

export interface IncreaseStreamRetentionPeriodInput {
  readonly StreamName?: string
  readonly RetentionPeriodHours: number
  readonly StreamARN?: string
  readonly StreamId?: string
}

export interface InternalFailureException {
  readonly message?: string
}

export interface KMSAccessDeniedException {
  readonly message?: string
}

export interface KMSDisabledException {
  readonly message?: string
}

export interface KMSInvalidStateException {
  readonly message?: string
}

export interface KMSNotFoundException {
  readonly message?: string
}

export interface KMSOptInRequired {
  readonly message?: string
}

export interface KMSThrottlingException {
  readonly message?: string
}

export interface ListChannelsInput {
  readonly StreamFilter?: readonly StreamFilter[]
  readonly MaxResults?: number
  readonly NextToken?: string
}

export interface ListChannelsOutput {
  readonly ChannelSummaries: readonly ChannelSummary[]
  readonly NextToken?: string
}

export interface ListQueuesInput {
  readonly MaxResults?: number
  readonly NextToken?: string
  readonly StreamFilter?: readonly QueueStreamFilter[]
}

export interface ListQueuesOutput {
  readonly QueueSummaries: readonly QueueSummary[]
  readonly NextToken?: string
}

export interface ListShardsInput {
  readonly StreamName?: string
  readonly NextToken?: string
  readonly ExclusiveStartShardId?: string
  readonly MaxResults?: number
  readonly StreamCreationTimestamp?: Date
  readonly ShardFilter?: ShardFilter
  readonly StreamARN?: string
  readonly StreamId?: string
}

export interface ListShardsOutput {
  readonly Shards?: readonly Shard[]
  readonly NextToken?: string
}

export interface ListStreamConsumersInput {
  readonly StreamARN: string
  readonly NextToken?: string
  readonly MaxResults?: number
  readonly StreamCreationTimestamp?: Date
  readonly StreamId?: string
}

export interface ListStreamConsumersOutput {
  readonly Consumers?: readonly Consumer[]
  readonly NextToken?: string
}

export interface ListStreamsInput {
  readonly Limit?: number
  readonly ExclusiveStartStreamName?: string
  readonly NextToken?: string
}

export interface ListStreamsOutput {
  readonly StreamNames: readonly string[]
  readonly HasMoreStreams: boolean
  readonly NextToken?: string
  readonly StreamSummaries?: readonly StreamSummary[]
}

export interface ListTagsForResourceInput {
  readonly ResourceARN: string
  readonly StreamId?: string
}

export interface ListTagsForResourceOutput {
  readonly Tags?: readonly Tag[]
}

export interface ListTagsForStreamInput {
  readonly StreamName?: string
  readonly ExclusiveStartTagKey?: string
  readonly Limit?: number
  readonly StreamARN?: string
  readonly StreamId?: string
}

export interface ListTagsForStreamOutput {
  readonly Tags: readonly Tag[]
  readonly HasMoreTags: boolean
}

export interface MergeShardsInput {
  readonly StreamName?: string
  readonly ShardToMerge: string
  readonly AdjacentShardToMerge: string
  readonly StreamARN?: string
  readonly StreamId?: string
}

export type MetricsName =
  | 'IncomingBytes'
  | 'IncomingRecords'
  | 'OutgoingBytes'
  | 'OutgoingRecords'
  | 'WriteProvisionedThroughputExceeded'
  | 'ReadProvisionedThroughputExceeded'
  | 'IteratorAgeMilliseconds'
  | 'ALL'

export interface MinimumThroughputBillingCommitmentInput {
  readonly Status: MinimumThroughputBillingCommitmentInputStatus
}

export type MinimumThroughputBillingCommitmentInputStatus = 'ENABLED' | 'DISABLED'

export interface MinimumThroughputBillingCommitmentOutput {
  readonly Status: MinimumThroughputBillingCommitmentOutputStatus
  readonly StartedAt?: Date
  readonly EndedAt?: Date
  readonly EarliestAllowedEndAt?: Date
}

export type MinimumThroughputBillingCommitmentOutputStatus = 'ENABLED' | 'DISABLED' | 'ENABLED_UNTIL_EARLIEST_ALLOWED_END'

export interface PartitionField {
  readonly Transform: PartitionTransform
  readonly SourceName: string
}

export interface PartitionSpec {
  readonly PartitionFields: readonly PartitionField[]
}

export type PartitionTransform = 'TIME_HOUR'

export interface PutRecordInput {
  readonly StreamName?: string
  readonly Data: Uint8Array
  readonly PartitionKey?: string
  readonly ExplicitHashKey?: string
  readonly SequenceNumberForOrdering?: string
  readonly StreamARN?: string
  readonly StreamId?: string
  readonly DryRun?: boolean
}

export interface PutRecordOutput {
  readonly ShardId: string
  readonly SequenceNumber: string
  readonly EncryptionType?: EncryptionType
}

export interface PutRecordsInput {
  readonly Records: readonly PutRecordsRequestEntry[]
  readonly StreamName?: string
  readonly StreamARN?: string
  readonly StreamId?: string
  readonly DryRun?: boolean
}

export interface PutRecordsOutput {
  readonly FailedRecordCount?: number
  readonly Records: readonly PutRecordsResultEntry[]
  readonly EncryptionType?: EncryptionType
}

export interface PutRecordsRequestEntry {
  readonly Data: Uint8Array
  readonly ExplicitHashKey?: string
  readonly PartitionKey?: string
}

export interface PutRecordsResultEntry {
  readonly SequenceNumber?: string
  readonly ShardId?: string
  readonly ErrorCode?: string
  readonly ErrorMessage?: string
}

export interface PutResourcePolicyInput {
  readonly ResourceARN: string
  readonly StreamId?: string
  readonly Policy: string
}

export interface QueueAttributes {
  readonly VisibilityTimeoutSeconds?: number
  readonly DeadLetterConfiguration?: DeadLetterConfiguration
}

export interface QueueDescription {
  readonly QueueName: string
  readonly QueueARN: string
  readonly QueueStatus: QueueStatus
  readonly QueueCreationTimestamp: Date
  readonly StreamConfigurationList: readonly QueueStreamConfiguration[]
  readonly QueueAttributes?: QueueAttributes
}

export interface QueueRecord {
  readonly ReceiptHandle: string
  readonly RecordId: string
  readonly PartitionKey?: string
  readonly Data: Uint8Array
  readonly ApproximateArrivalTimestamp: Date
  readonly FirstReceiveTimestamp: Date
  readonly ReceiveCount: number
}

export interface QueueStartingPosition {
  readonly Type: QueueStartingPositionType
  readonly Timestamp?: Date
}

export type QueueStartingPositionType = 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP'

export type QueueStatus = 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING'

export interface QueueStreamConfiguration {
  readonly StreamARN: string
  readonly StartingPosition?: QueueStartingPosition
}

export interface QueueStreamFilter {
  readonly StreamARN: string
  readonly StreamCreationTimestamp?: Date
}

export interface QueueStreamIdentifier {
  readonly StreamARN: string
  readonly StreamCreationTimestamp: Date
}

export interface QueueSummary {
  readonly QueueName: string
  readonly QueueARN: string
  readonly QueueStatus: QueueStatus
  readonly QueueCreationTimestamp: Date
  readonly Streams: readonly QueueStreamIdentifier[]
}

export interface ReceiveDeadLetterQueueRecordsInput {
  readonly QueueARN: string
  readonly Limit?: number
  readonly WaitTimeSeconds?: number
  readonly VisibilityTimeoutSeconds?: number
}

export interface ReceiveDeadLetterQueueRecordsOutput {
  readonly QueueRecords: readonly QueueRecord[]
}

export interface ReceiveQueueRecordsInput {
  readonly QueueARN: string
  readonly Limit?: number
  readonly WaitTimeSeconds?: number
  readonly VisibilityTimeoutSeconds?: number
}

export interface ReceiveQueueRecordsOutput {
  readonly QueueRecords: readonly QueueRecord[]
}

export interface Record {
  readonly SequenceNumber: string
  readonly ApproximateArrivalTimestamp?: Date
  readonly Data: Uint8Array
  readonly PartitionKey?: string
  readonly EncryptionType?: EncryptionType
}

export interface RecordConfiguration {
  readonly RecordFormatType: RecordFormatType
  readonly GSRSchemaARN?: string
}

export type RecordDistributionStrategy = 'AUTO' | 'USER_PARTITION_KEY'

export type RecordFormatType = 'GSR_JSON' | 'JSON' | 'STRING' | 'BYTE_ARRAY'

export interface RegisterStreamConsumerInput {
  readonly StreamARN: string
  readonly ConsumerName: string
  readonly StreamId?: string
  readonly Tags?: { readonly [key: string]: string }
}

export interface RegisterStreamConsumerOutput {
  readonly Consumer: Consumer
}

export interface RemoveTagsFromStreamInput {
  readonly StreamName?: string
  readonly TagKeys: readonly string[]
  readonly StreamARN?: string
  readonly StreamId?: string
}

export interface ResourceInUseException {
  readonly message?: string
}

export interface ResourceNotFoundException {
  readonly message?: string
}

export interface RestoreDeadLetterQueueRecordsErrorEntry {
  readonly ReceiptHandle: string
  readonly ErrorCode: string
  readonly ErrorMessage?: string
}

export interface RestoreDeadLetterQueueRecordsInput {
  readonly QueueARN: string
  readonly Entries: readonly RestoreDeadLetterQueueRecordsRequestEntry[]
}

export interface RestoreDeadLetterQueueRecordsOutput {
  readonly Successful: readonly RestoreDeadLetterQueueRecordsResultEntry[]
  readonly Failed: readonly RestoreDeadLetterQueueRecordsErrorEntry[]
}

export interface RestoreDeadLetterQueueRecordsRequestEntry {
  readonly ReceiptHandle: string
}

export interface RestoreDeadLetterQueueRecordsResultEntry {
  readonly ReceiptHandle: string
}

export type S3CompressionType = 'NONE' | 'GZIP' | 'ZSTD'

export interface S3DestinationConfiguration {
  readonly DataFreshnessInSeconds?: number
  readonly DeadLetterQueueS3Configuration?: DeadLetterQueueS3Configuration
  readonly StorageConfiguration: S3StorageConfiguration
}

export interface S3DestinationDescription {
  readonly DataFreshnessInSeconds: number
  readonly DeadLetterQueueS3Configuration: DeadLetterQueueS3Configuration
  readonly StorageConfiguration: S3StorageConfiguration
}

export interface S3DestinationUpdateInput {
  readonly DataFreshnessInSeconds: number
}

export type S3StorageClass = 'STANDARD' | 'INTELLIGENT_TIERING' | 'GLACIER_IR'

export interface S3StorageConfiguration {
  readonly BucketARN: string
  readonly ExpectedBucketOwner: string
  readonly OutputKeyTemplate?: string
  readonly StorageClass?: S3StorageClass
  readonly CompressionType: S3CompressionType
}

export type S3TablesCompressionType = 'NONE' | 'ZSTD' | 'SNAPPY'

export interface S3TablesConfiguration {
  readonly TableBucketARN: string
  readonly Namespace: string
  readonly TableName: string
  readonly CompressionType: S3TablesCompressionType
  readonly PartitionSpec?: PartitionSpec
}

export interface S3TablesDestinationConfiguration {
  readonly DataFreshnessInSeconds?: number
  readonly DeadLetterQueueS3Configuration: DeadLetterQueueS3Configuration
  readonly S3TablesConfigurationList: readonly S3TablesConfiguration[]
}

export interface S3TablesDestinationDescription {
  readonly DataFreshnessInSeconds: number
  readonly DeadLetterQueueS3Configuration: DeadLetterQueueS3Configuration
  readonly S3TablesConfigurationList: readonly S3TablesConfiguration[]
}

export interface S3TablesDestinationUpdateInput {
  readonly DataFreshnessInSeconds: number
}

export type ScalingType = 'UNIFORM_SCALING'

export interface SequenceNumberRange {
  readonly StartingSequenceNumber: string
  readonly EndingSequenceNumber?: string
}

export interface Shard {
  readonly ShardId: string
  readonly ParentShardId?: string
  readonly AdjacentParentShardId?: string
  readonly HashKeyRange: HashKeyRange
  readonly SequenceNumberRange: SequenceNumberRange
}

export interface ShardFilter {
  readonly Type: ShardFilterType
  readonly ShardId?: string
  readonly Timestamp?: Date
}

export type ShardFilterType =
  | 'AFTER_SHARD_ID'
  | 'AT_TRIM_HORIZON'
  | 'FROM_TRIM_HORIZON'
  | 'AT_LATEST'
  | 'AT_TIMESTAMP'
  | 'FROM_TIMESTAMP'

export type ShardIteratorType = 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER' | 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP'

export interface SplitShardInput {
  readonly StreamName?: string
  readonly ShardToSplit: string
  readonly NewStartingHashKey: string
  readonly StreamARN?: string
  readonly StreamId?: string
}

export interface StartStreamEncryptionInput {
  readonly StreamName?: string
  readonly EncryptionType: EncryptionType
  readonly KeyId: string
  readonly StreamARN?: string
  readonly StreamId?: string
}

export interface StartingPosition {
  readonly Type: ShardIteratorType
  readonly SequenceNumber?: string
  readonly Timestamp?: Date
}

export interface StopStreamEncryptionInput {
  readonly StreamName?: string
  readonly EncryptionType: EncryptionType
  readonly KeyId: string
  readonly StreamARN?: string
  readonly StreamId?: string
}

export interface StreamDescription {
  readonly StreamName: string
  readonly StreamARN: string
  readonly StreamStatus: StreamStatus
  readonly StreamModeDetails?: StreamModeDetails
  readonly Shards: readonly Shard[]
  readonly HasMoreShards: boolean
  readonly RetentionPeriodHours: number
  readonly StreamCreationTimestamp: Date
  readonly EnhancedMonitoring: readonly EnhancedMetrics[]
  readonly EncryptionType?: EncryptionType
  readonly KeyId?: string
}

export interface StreamDescriptionSummary {
  readonly StreamName: string
  readonly StreamARN: string
  readonly StreamId?: string
  readonly StreamStatus: StreamStatus
  readonly StreamModeDetails?: StreamModeDetails
  readonly RetentionPeriodHours: number
  readonly StreamCreationTimestamp: Date
  readonly EnhancedMonitoring: readonly EnhancedMetrics[]
  readonly EncryptionType?: EncryptionType
  readonly KeyId?: string
  readonly OpenShardCount: number
  readonly ConsumerCount?: number
  readonly WarmThroughput?: WarmThroughputObject
  readonly MaxRecordSizeInKiB?: number
  readonly ChannelCount?: number
  readonly RecordDistributionStrategy?: RecordDistributionStrategy
  readonly QueueCount?: number
}

export interface StreamFilter {
  readonly StreamARN: string
  readonly StreamCreationTimestamp?: Date
}

export type StreamMode = 'PROVISIONED' | 'ON_DEMAND'

export interface StreamModeDetails {
  readonly StreamMode: StreamMode
}

export type StreamStatus = 'CREATING' | 'DELETING' | 'ACTIVE' | 'UPDATING'

export interface StreamSummary {
  readonly StreamName: string
  readonly StreamARN: string
  readonly StreamStatus: StreamStatus
  readonly StreamModeDetails?: StreamModeDetails
  readonly StreamCreationTimestamp?: Date
}

export interface SubscribeToShardEvent {
  readonly Records: readonly Record[]
  readonly ContinuationSequenceNumber: string
  readonly MillisBehindLatest: number
  readonly ChildShards?: readonly ChildShard[]
}

export interface SubscribeToShardEventStream {
  readonly SubscribeToShardEvent: SubscribeToShardEvent
  readonly ResourceNotFoundException?: ResourceNotFoundException
  readonly ResourceInUseException?: ResourceInUseException
  readonly KMSDisabledException?: KMSDisabledException
  readonly KMSInvalidStateException?: KMSInvalidStateException
  readonly KMSAccessDeniedException?: KMSAccessDeniedException
  readonly KMSNotFoundException?: KMSNotFoundException
  readonly KMSOptInRequired?: KMSOptInRequired
  readonly KMSThrottlingException?: KMSThrottlingException
  readonly InternalFailureException?: InternalFailureException
}

export interface SubscribeToShardInput {
  readonly ConsumerARN: string
  readonly StreamId?: string
  readonly ShardId: string
  readonly StartingPosition: StartingPosition
  readonly DryRun?: boolean
}

export interface SubscribeToShardOutput {
  readonly EventStream: SubscribeToShardEventStream
}

export interface Tag {
  readonly Key: string
  readonly Value?: string
}

export interface TagResourceInput {
  readonly Tags: { readonly [key: string]: string }
  readonly ResourceARN: string
  readonly StreamId?: string
}

export type TargetType = 'BUILT_IN' | 'NONE'

export interface UntagResourceInput {
  readonly TagKeys: readonly string[]
  readonly ResourceARN: string
  readonly StreamId?: string
}

export interface UpdateAccountSettingsInput {
  readonly MinimumThroughputBillingCommitment: MinimumThroughputBillingCommitmentInput
}

export interface UpdateAccountSettingsOutput {
  readonly MinimumThroughputBillingCommitment?: MinimumThroughputBillingCommitmentOutput
}

export interface UpdateChannelInput {
  readonly ChannelARN: string
  readonly S3DestinationConfiguration?: S3DestinationUpdateInput
  readonly S3TablesDestinationConfiguration?: S3TablesDestinationUpdateInput
  readonly LoggingConfiguration?: ChannelLoggingUpdateInput
}

export interface UpdateChannelOutput {
  readonly ChannelDescription: ChannelDescription
}

export interface UpdateDeadLetterQueueRecordsVisibilityErrorEntry {
  readonly ReceiptHandle: string
  readonly ErrorCode: string
  readonly ErrorMessage?: string
}

export interface UpdateDeadLetterQueueRecordsVisibilityInput {
  readonly QueueARN: string
  readonly Entries: readonly UpdateDeadLetterQueueRecordsVisibilityRequestEntry[]
}

export interface UpdateDeadLetterQueueRecordsVisibilityOutput {
  readonly Successful: readonly UpdateDeadLetterQueueRecordsVisibilityResultEntry[]
  readonly Failed: readonly UpdateDeadLetterQueueRecordsVisibilityErrorEntry[]
}

export interface UpdateDeadLetterQueueRecordsVisibilityRequestEntry {
  readonly ReceiptHandle: string
  readonly VisibilityTimeoutSeconds: number
}

export interface UpdateDeadLetterQueueRecordsVisibilityResultEntry {
  readonly ReceiptHandle: string
}

export interface UpdateMaxRecordSizeInput {
  readonly StreamARN?: string
  readonly StreamId?: string
  readonly MaxRecordSizeInKiB: number
}

export interface UpdateQueueInput {
  readonly QueueARN: string
  readonly QueueAttributes: QueueAttributes
}

export interface UpdateQueueOutput {
  readonly QueueDescription: QueueDescription
}

export interface UpdateQueueRecordsVisibilityErrorEntry {
  readonly ReceiptHandle: string
  readonly ErrorCode: string
  readonly ErrorMessage?: string
}

export interface UpdateQueueRecordsVisibilityInput {
  readonly QueueARN: string
  readonly Entries: readonly UpdateQueueRecordsVisibilityRequestEntry[]
}

export interface UpdateQueueRecordsVisibilityOutput {
  readonly Successful: readonly UpdateQueueRecordsVisibilityResultEntry[]
  readonly Failed: readonly UpdateQueueRecordsVisibilityErrorEntry[]
}

export interface UpdateQueueRecordsVisibilityRequestEntry {
  readonly ReceiptHandle: string
  readonly VisibilityTimeoutSeconds: number
}

export interface UpdateQueueRecordsVisibilityResultEntry {
  readonly ReceiptHandle: string
}

export interface UpdateShardCountInput {
  readonly StreamName?: string
  readonly TargetShardCount: number
  readonly ScalingType: ScalingType
  readonly StreamARN?: string
  readonly StreamId?: string
}

export interface UpdateShardCountOutput {
  readonly StreamName?: string
  readonly CurrentShardCount?: number
  readonly TargetShardCount?: number
  readonly StreamARN?: string
}

export interface UpdateStreamModeInput {
  readonly StreamARN: string
  readonly StreamId?: string
  readonly StreamModeDetails: StreamModeDetails
  readonly WarmThroughputMiBps?: number
}

export interface UpdateStreamRecordDistributionStrategyInput {
  readonly StreamARN: string
  readonly StreamId?: string
  readonly RecordDistributionStrategy: RecordDistributionStrategy
}

export interface UpdateStreamWarmThroughputInput {
  readonly StreamARN?: string
  readonly StreamName?: string
  readonly StreamId?: string
  readonly WarmThroughputMiBps: number
}

export interface UpdateStreamWarmThroughputOutput {
  readonly StreamARN?: string
  readonly StreamName?: string
  readonly WarmThroughput?: WarmThroughputObject
}

export interface WarmThroughputObject {
  readonly TargetMiBps?: number
  readonly CurrentMiBps?: number
}
