import type { StreamSummary } from '@millrace/aws-models'
import type { StreamMetadata, StreamSettings } from '@millrace/metadata'
import { streamArn } from '@millrace/model'

/** What every description of a stream has. */
export function streamSummary(stream: StreamMetadata) {
  return {
    StreamName: stream.name,
    StreamARN: streamArn(stream.account, stream.region, stream.name),
    StreamStatus: stream.status,
    StreamModeDetails: { StreamMode: shownSettings(stream).mode },
    StreamCreationTimestamp: shownCreation(stream),
  } satisfies StreamSummary
}

/** What the two descriptions of one stream have beyond it. */
export function streamSettings(stream: StreamMetadata) {
  const { retentionHours, shardLevelMetrics, encryptionKeyId } = shownSettings(stream)
  return {
    RetentionPeriodHours: retentionHours,
    EnhancedMonitoring: [{ ShardLevelMetrics: shardLevelMetrics }],
    ...(encryptionKeyId === undefined
      ? { EncryptionType: 'NONE' as const }
      : { EncryptionType: 'KMS' as const, KeyId: encryptionKeyId }),
  }
}

/** As on AWS those of before, while a change is under way: whoever waits for the new ones finds the stream ACTIVE then. */
export function shownSettings(stream: StreamMetadata): StreamSettings {
  return stream.settingsBefore ?? stream
}

/** Whether a request that knows when its stream was created means this one, and not an earlier or later one of its name. */
export function wasCreatedAt(stream: StreamMetadata, time: Date): boolean {
  return Math.floor(time.getTime() / 1000) * 1000 === shownCreation(stream).getTime()
}

/** In whole seconds, as AWS shows it, so that it comes back equal from clients that keep no milliseconds. */
export function shownCreation(stream: StreamMetadata): Date {
  return new Date(Math.floor(stream.createdMs / 1000) * 1000)
}
