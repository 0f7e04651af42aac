import type { ChannelDescription, ChannelSummary } from '@millrace/aws-models'
import type { ChannelMetadata, StreamMetadata } from '@millrace/metadata'
import { channelArn, streamArn } from '@millrace/model'
import { shownCreation } from '../stream/stream-description.js'
import { definitionOf } from './channel-definition.js'

export function describeChannel(stream: StreamMetadata, channel: ChannelMetadata): ChannelDescription {
  const { RecordConfiguration, ...definition } = definitionOf(channel)
  return {
    ...identification(stream, channel),
    ...definition,
    StreamConfigurationList: [{ ...streamIdentifier(stream), RecordConfiguration }],
  }
}

export function summarizeChannel(stream: StreamMetadata, channel: ChannelMetadata): ChannelSummary {
  return {
    ...identification(stream, channel),
    ChannelDestinationType: destinationType(channel),
    Streams: [streamIdentifier(stream)],
  }
}

export function destinationType(channel: ChannelMetadata): 'S3' | 'S3_TABLES' {
  return definitionOf(channel).S3DestinationConfiguration ? 'S3' : 'S3_TABLES'
}

function identification({ account, region }: StreamMetadata, channel: ChannelMetadata) {
  const { id, name, status, statusReason, createdMs } = channel
  return {
    ChannelName: name,
    ChannelARN: channelArn({ account, region, id }),
    ChannelId: id,
    ChannelStatus: status,
    ...(statusReason === undefined ? {} : { ChannelStatusReason: statusReason }),
    ChannelCreationTimestamp: new Date(Math.floor(createdMs / 1000) * 1000),
  }
}

function streamIdentifier(stream: StreamMetadata) {
  const StreamARN = streamArn(stream.account, stream.region, stream.name)
  return { StreamARN, StreamCreationTimestamp: shownCreation(stream) }
}
