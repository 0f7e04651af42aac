import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callOf, createdMs, directoryOf, shard, stream } from '../stream/stream.fixture.js'
import { DescribeStreamSummary } from './describe-stream-summary.js'

const resharded = stream('resharded', {
  shards: [shard(0, { closedSecond: createdMs / 1000 }), shard(1, { parent: 0 }), shard(2, { parent: 0 })],
})
const large = stream('large', {
  mode: 'ON_DEMAND',
  maxRecordKib: 10_240,
  recordDistribution: 'AUTO',
  warmThroughputMibps: 50,
  encryptionKeyId: 'alias/aws/kinesis',
})
const operation = new DescribeStreamSummary(directoryOf(resharded, large))

function summary(name: string) {
  const answer = operation.handle(callOf('DescribeStreamSummary', { StreamName: name }))
  assert.ok(answer.ok)
  return answer.value.StreamDescriptionSummary
}

test('counts open shards only', () => {
  assert.deepEqual(summary('resharded'), {
    StreamName: 'resharded',
    StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/resharded',
    StreamStatus: 'ACTIVE',
    StreamModeDetails: { StreamMode: 'PROVISIONED' },
    StreamCreationTimestamp: new Date(createdMs),
    RetentionPeriodHours: 24,
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    EncryptionType: 'NONE',
    OpenShardCount: 2,
    ConsumerCount: 0,
    ChannelCount: 0,
    QueueCount: 0,
    MaxRecordSizeInKiB: 1024,
  })
})

test('shows what a stream was given beyond the defaults', () => {
  const { StreamModeDetails, WarmThroughput, MaxRecordSizeInKiB, RecordDistributionStrategy, EncryptionType, KeyId } =
    summary('large')
  assert.deepEqual(
    { StreamModeDetails, WarmThroughput, MaxRecordSizeInKiB, RecordDistributionStrategy, EncryptionType, KeyId },
    {
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      WarmThroughput: { TargetMiBps: 50, CurrentMiBps: 1 },
      MaxRecordSizeInKiB: 10_240,
      RecordDistributionStrategy: 'AUTO',
      EncryptionType: 'KMS',
      KeyId: 'alias/aws/kinesis',
    },
  )
})
