import type {
  ChannelDescription,
  ChannelLoggingConfiguration,
  CreateChannelInput,
  RecordConfiguration,
  S3DestinationConfiguration,
  S3DestinationDescription,
  S3TablesDestinationConfiguration,
} from '@millrace/aws-models'
import type { ChannelMetadata } from '@millrace/metadata'
import { limits } from '@millrace/model'

type Described = 'ServiceExecutionRoleARN' | 'S3DestinationConfiguration' | 'S3TablesDestinationConfiguration'

/** What is stored of a channel as its `definition`: what its description shows, with AWS's defaults for what was not given. */
export type ChannelDefinition = Pick<ChannelDescription, Described | 'EncryptionConfiguration' | 'LoggingConfiguration'> & {
  readonly RecordConfiguration: RecordConfiguration
}

export interface ChannelIdentity {
  readonly id: string
  readonly name: string
}

const defaultKeyTemplate =
  'kinesis-channel/!{channel-name}/!{channel-id}/!{yyyy}/!{MM}/!{dd}/!{HH}/!{channel-name}-!{channel-id}-!{yyyy}-!{MM}-!{dd}-!{HH}-!{mm}!{extension}'

/** Where records go that cannot be delivered, in the bucket of those that can. */
const errorPrefix = 'kinesis-channel-errors/'

export function channelDefinition(input: CreateChannelInput, identity: ChannelIdentity): ChannelDefinition {
  const { S3DestinationConfiguration: s3, S3TablesDestinationConfiguration: tables, EncryptionConfiguration } = input
  return {
    ServiceExecutionRoleARN: input.ServiceExecutionRoleARN,
    RecordConfiguration: input.StreamConfigurationList[0].RecordConfiguration,
    ...(s3 ? { S3DestinationConfiguration: s3Destination(s3) } : {}),
    ...(tables ? { S3TablesDestinationConfiguration: withFreshness(tables) } : {}),
    ...(EncryptionConfiguration ? { EncryptionConfiguration } : {}),
    LoggingConfiguration: loggingOf(input.LoggingConfiguration, identity),
  }
}

/** The definition of a stored channel: it was made by `channelDefinition`. */
export function definitionOf(channel: ChannelMetadata): ChannelDefinition {
  return channel.definition as unknown as ChannelDefinition
}

function s3Destination(given: S3DestinationConfiguration): S3DestinationDescription {
  const { BucketARN, ExpectedBucketOwner } = given.StorageConfiguration
  return {
    ...withFreshness(given),
    DeadLetterQueueS3Configuration: given.DeadLetterQueueS3Configuration ?? {
      BucketARN,
      ExpectedBucketOwner,
      ErrorOutputPrefix: errorPrefix,
    },
    StorageConfiguration: { StorageClass: 'STANDARD', OutputKeyTemplate: defaultKeyTemplate, ...given.StorageConfiguration },
  }
}

function withFreshness<Given extends S3DestinationConfiguration | S3TablesDestinationConfiguration>(given: Given) {
  return { ...given, DataFreshnessInSeconds: given.DataFreshnessInSeconds ?? limits.channelFreshnessSecondsMin }
}

/** Names are shown where there are logs: of the group after the channel, of the stream the same for all channels. */
export function loggingOf(
  given: ChannelLoggingConfiguration | undefined,
  { id, name }: ChannelIdentity,
): ChannelLoggingConfiguration {
  const logs = given?.CloudWatchLogs ?? { Enabled: false }
  if (!logs.Enabled) return { CloudWatchLogs: logs }
  return { CloudWatchLogs: { LogGroupName: `/aws/kinesis/${name}/${id}`, LogStreamName: 'DestinationDelivery', ...logs } }
}
