import { suite, test } from 'node:test'
import { assertViolations } from './client/expect.js'
import { kinesis } from './client/kinesis.js'
import {
  atLeast,
  atMost,
  type Case,
  empty,
  emptyName,
  isNull,
  long,
  mapKeys,
  mapValues,
  name,
  numeral,
  oneOf,
  pattern,
  quoted,
  shorter,
  stream,
  streamArn,
  streamBeside,
  streamId,
} from './client/violations.js'

const api = await kinesis()

const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/a'
const resourcePattern = String.raw`arn:aws.*:kinesis:.*:\d{12}:.*(stream|channel|queue)/\S+`
const consumerPattern = String.raw`^(arn):aws.*:kinesis:.*:\d{12}:.*stream\/[a-zA-Z0-9_.-]+\/consumer\/[a-zA-Z0-9_.-]+:[0-9]+`
const metrics =
  'ALL, IteratorAgeMilliseconds, IncomingBytes, WriteProvisionedThroughputExceeded, OutgoingRecords, ReadProvisionedThroughputExceeded, IncomingRecords, OutgoingBytes'
const constraint = (shown: string, path: string, text: string) =>
  `Value '${shown}' at '${path}' failed to satisfy constraint: ${text}`
const lengths = 'Member must have length less than or equal to 128, Member must have length greater than or equal to 1'
const tagKeys = (shown: string) => constraint(shown, 'tagKeys', `Member must satisfy constraint: [${lengths}]`)

const tags: readonly Case[] = [
  ['no tags in its tags', { Tags: {} }, [empty('tags', "'{}'")]],
  ['an empty tag key', { Tags: { '': 'v' } }, [mapKeys('{=v}')]],
  [
    'a long tag key and a long value',
    { Tags: { [long(129)]: long(257) } },
    [mapKeys(`{${long(129)}=${long(257)}}`), mapValues(`{${long(129)}=${long(257)}}`)],
  ],
  ['a tag without a value', { Tags: { k: null } }, [mapValues('{k=null}')]],
  [
    '201 tags',
    { Tags: Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`k${i}`, 'v'])) },
    [/^Value '\{k0=v, .*k200=v\}' at 'tags' failed to satisfy constraint: Member must have length less than or equal to 200/],
  ],
]
const beside = (required: object, cases: readonly Case[]): Case[] =>
  cases.map(([title, input, violations]) => [title, { ...required, ...(input as object) }, violations])

const keysOf = (required: object): readonly Case[] =>
  beside(required, [
    ['no keys in its list', { TagKeys: [] }, [empty('tagKeys', "'[]'")]],
    ['a long key among others', { TagKeys: ['a', long(129), 'b'] }, [tagKeys(`[a, ${long(129)}, b]`)]],
    ['an empty key and a null one', { TagKeys: ['', null] }, [tagKeys('[, null]')]],
    [
      '51 keys',
      { TagKeys: Array.from({ length: 51 }, (_, i) => String(i)) },
      [/^Value '\[0, 1, .*, 50\]' at 'tagKeys' failed to satisfy constraint: Member must have length less than or equal to 50/],
    ],
  ])

const resource = (required: object): readonly Case[] =>
  beside(required, [
    ['no resource', {}, [isNull('resourceARN')]],
    ['a resource that is none', { ResourceARN: 'x' }, [pattern('resourceARN', 'x', resourcePattern)]],
    ['an empty resource', { ResourceARN: '' }, [pattern('resourceARN', '', resourcePattern), empty('resourceARN')]],
    ['a long resource', { ResourceARN: long(2049) }, [shorter('resourceARN', quoted(long(2049)), 2048)]],
    ['a bad stream id', { ResourceARN: StreamARN, StreamId: 'x' }, [streamId('x')]],
  ])

const retention: readonly Case[] = [
  ['nothing', {}, [isNull('streamName'), isNull('retentionPeriodHours')]],
  [
    'everything too small',
    { StreamName: '', RetentionPeriodHours: -1 },
    [atLeast('retentionPeriodHours', -1, 1), ...emptyName('streamName')],
  ],
  ['no hours at all', { StreamName: 'a', RetentionPeriodHours: 0 }, [atLeast('retentionPeriodHours', 0, 1)]],
  ...streamBeside({ RetentionPeriodHours: 48 }),
]

const monitoring: readonly Case[] = [
  ['nothing', {}, [isNull('streamName'), isNull('shardLevelMetrics')]],
  ...streamBeside({ ShardLevelMetrics: ['ALL'] }),
  ['no metric in its list', { StreamName: 'a', ShardLevelMetrics: [] }, [empty('shardLevelMetrics', "'[]'")]],
  [
    'an unknown metric',
    { StreamName: 'a', ShardLevelMetrics: ['ALL', 'x'] },
    [
      constraint(
        '[ALL, x]',
        'shardLevelMetrics',
        `Member must satisfy constraint: [Member must satisfy enum value set: [${metrics}]]`,
      ),
    ],
  ],
  [
    'eight metrics',
    { StreamName: 'a', ShardLevelMetrics: Array(8).fill('ALL') },
    [constraint(`[${Array(8).fill('ALL').join(', ')}]`, 'shardLevelMetrics', 'Member must have length less than or equal to 7')],
  ],
]

const encryption: readonly Case[] = [
  ['nothing', {}, [isNull('streamName'), isNull('encryptionType'), isNull('keyId')]],
  ...streamBeside({ EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' }),
  [
    'an unknown type and an empty key',
    { StreamName: 'a', EncryptionType: 'x', KeyId: '' },
    [oneOf('encryptionType', 'x', ['KMS, NONE']), empty('keyId')],
  ],
  ['a long key', { StreamName: 'a', EncryptionType: 'KMS', KeyId: long(2049) }, [shorter('keyId', quoted(long(2049)), 2048)]],
]

const consumer: readonly Case[] = [
  [
    'an ARN of no consumer',
    { ConsumerARN: `${StreamARN}/consumer/a` },
    [pattern('consumerARN', `${StreamARN}/consumer/a`, consumerPattern)],
  ],
  ['an empty name', { StreamARN, ConsumerName: '' }, emptyName('consumerName')],
  ['a long name', { StreamARN, ConsumerName: long(129) }, [shorter('consumerName', quoted(long(129)), 128)]],
]

const subscription = { ConsumerARN: `${StreamARN}/consumer/a:1`, ShardId: '0' }
const modes = ['ON_DEMAND, PROVISIONED']

const cases: Readonly<Record<string, readonly Case[]>> = {
  AddTagsToStream: [
    ['nothing', {}, [isNull('streamName'), isNull('tags')]],
    ['everything empty', { StreamName: '', Tags: {} }, [empty('tags', "'{}'"), ...emptyName('streamName')]],
    ...streamBeside({ Tags: { a: 'b' } }),
    ...beside({ StreamName: 'a' }, tags),
  ],
  RemoveTagsFromStream: [
    ['nothing', {}, [isNull('streamName'), isNull('tagKeys')]],
    ['everything empty', { StreamName: '', TagKeys: [] }, [empty('tagKeys', "'[]'"), ...emptyName('streamName')]],
    ...streamBeside({ TagKeys: ['a'] }),
    ...keysOf({ StreamName: 'a' }),
  ],
  ListTagsForStream: [
    ...stream,
    [
      'everything empty',
      { StreamName: '', Limit: 0, ExclusiveStartTagKey: '' },
      [atLeast('limit', 0, 1), empty('exclusiveStartTagKey'), ...emptyName('streamName')],
    ],
    [
      'everything too large',
      { StreamName: 'a', Limit: 51, ExclusiveStartTagKey: long(129) },
      [atMost('limit', 51, 50), shorter('exclusiveStartTagKey', quoted(long(129)), 128)],
    ],
  ],
  TagResource: [
    ['nothing', {}, [isNull('tags'), isNull('resourceARN')]],
    ...resource({ Tags: { a: 'b' } }),
    ...beside({ ResourceARN: StreamARN }, tags),
  ],
  UntagResource: [
    ['nothing', {}, [isNull('tagKeys'), isNull('resourceARN')]],
    ...resource({ TagKeys: ['a'] }),
    ...keysOf({ ResourceARN: StreamARN }),
  ],
  ListTagsForResource: resource({}),
  GetResourcePolicy: resource({}),
  DeleteResourcePolicy: resource({}),
  PutResourcePolicy: [['nothing', {}, [isNull('resourceARN'), isNull('policy')]], ...resource({ Policy: '{}' })],
  SplitShard: [
    ['nothing', {}, [isNull('streamName'), isNull('newStartingHashKey'), isNull('shardToSplit')]],
    [
      'everything empty',
      { StreamName: '', ShardToSplit: '', NewStartingHashKey: '' },
      [numeral('newStartingHashKey', '', 38), ...emptyName('streamName'), ...emptyName('shardToSplit')],
    ],
    [
      'everything too long',
      { StreamName: long(129), ShardToSplit: long(129), NewStartingHashKey: '1'.repeat(40) },
      [
        numeral('newStartingHashKey', '1'.repeat(40), 38),
        shorter('streamName', quoted(long(129)), 128),
        shorter('shardToSplit', quoted(long(129)), 128),
      ],
    ],
    ...streamBeside({ ShardToSplit: '0', NewStartingHashKey: '2' }),
  ],
  MergeShards: [
    ['nothing', {}, [isNull('streamName'), isNull('adjacentShardToMerge'), isNull('shardToMerge')]],
    [
      'everything empty',
      { StreamName: '', ShardToMerge: '', AdjacentShardToMerge: '' },
      [...emptyName('adjacentShardToMerge'), ...emptyName('streamName'), ...emptyName('shardToMerge')],
    ],
    ...streamBeside({ ShardToMerge: '0', AdjacentShardToMerge: '1' }),
  ],
  UpdateShardCount: [
    ['nothing', {}, [isNull('streamName'), isNull('scalingType'), isNull('targetShardCount')]],
    [
      'everything empty',
      { StreamName: '', ScalingType: '', TargetShardCount: 0 },
      [oneOf('scalingType', '', ['UNIFORM_SCALING']), ...emptyName('streamName'), atLeast('targetShardCount', 0, 1)],
    ],
    [
      'a count below 32 bits',
      { StreamName: 'a', ScalingType: 'UNIFORM_SCALING', TargetShardCount: -1e11 },
      [atLeast('targetShardCount', -2147483648, 1)],
    ],
    ...streamBeside({ ScalingType: 'UNIFORM_SCALING', TargetShardCount: 1 }),
  ],
  IncreaseStreamRetentionPeriod: retention,
  DecreaseStreamRetentionPeriod: retention,
  EnableEnhancedMonitoring: monitoring,
  DisableEnhancedMonitoring: monitoring,
  StartStreamEncryption: encryption,
  StopStreamEncryption: encryption,
  RegisterStreamConsumer: [
    ['nothing', {}, [isNull('streamARN'), isNull('consumerName')]],
    ['everything empty', { StreamARN: '', ConsumerName: '' }, [streamArn(''), empty('streamARN'), ...emptyName('consumerName')]],
    ['a stream’s name alone', { StreamName: 'a', ConsumerName: 'b' }, [isNull('streamARN')]],
    ...beside({ StreamARN, ConsumerName: 'a' }, tags),
  ],
  DescribeStreamConsumer: consumer,
  DeregisterStreamConsumer: consumer,
  ListStreamConsumers: [
    ['nothing', {}, [isNull('streamARN')]],
    [
      'everything empty',
      { StreamARN: '', NextToken: '', MaxResults: 0 },
      [streamArn(''), empty('streamARN'), empty('nextToken'), atLeast('maxResults', 0, 1)],
    ],
    ['too many', { StreamARN, MaxResults: 10001 }, [atMost('maxResults', 10001, 10000)]],
  ],
  SubscribeToShard: [
    ['nothing', {}, [isNull('consumerARN'), isNull('shardId'), isNull('startingPosition')]],
    ['an empty position', { ...subscription, StartingPosition: {} }, [isNull('startingPosition.type')]],
    [
      'a position of no type and no number',
      { ...subscription, StartingPosition: { Type: 'x', SequenceNumber: '01' } },
      [
        oneOf('startingPosition.type', 'x', ['AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON']),
        numeral('startingPosition.sequenceNumber', '01', 128),
      ],
    ],
    [
      'a stream for a consumer',
      { ...subscription, ConsumerARN: StreamARN, StartingPosition: { Type: 'LATEST' } },
      [pattern('consumerARN', StreamARN, consumerPattern)],
    ],
  ],
  UpdateStreamMode: [
    ['nothing', {}, [isNull('streamARN'), isNull('streamModeDetails')]],
    ['an empty mode', { StreamARN, StreamModeDetails: {} }, [isNull('streamModeDetails.streamMode')]],
    ['an unknown mode', { StreamARN, StreamModeDetails: { StreamMode: '' } }, [oneOf('streamModeDetails.streamMode', '', modes)]],
    [
      'negative throughput',
      { StreamARN, StreamModeDetails: { StreamMode: 'ON_DEMAND' }, WarmThroughputMiBps: -1 },
      [atLeast('warmThroughputMiBps', -1, 0)],
    ],
  ],
  UpdateStreamWarmThroughput: [
    ['nothing', {}, [isNull('streamName'), isNull('warmThroughputMiBps')]],
    ['negative throughput', { StreamName: 'a', WarmThroughputMiBps: -1 }, [atLeast('warmThroughputMiBps', -1, 0)]],
    ...streamBeside({ WarmThroughputMiBps: 0 }),
  ],
  UpdateMaxRecordSize: [
    ['no size', { StreamARN }, [isNull('maxRecordSizeInKiB')]],
    ['records too small', { StreamARN, MaxRecordSizeInKiB: 1023 }, [atLeast('maxRecordSizeInKiB', 1023, 1024)]],
    ['records too large', { StreamARN, MaxRecordSizeInKiB: 10241 }, [atMost('maxRecordSizeInKiB', 10241, 10240)]],
    ['a stream that is none', { StreamARN: 'x', MaxRecordSizeInKiB: 1024 }, [streamArn('x')]],
  ],
  UpdateStreamRecordDistributionStrategy: [
    ['nothing', {}, [isNull('streamARN'), isNull('recordDistributionStrategy')]],
    [
      'an unknown strategy',
      { StreamARN, RecordDistributionStrategy: 'x' },
      [oneOf('recordDistributionStrategy', 'x', ['AUTO, USER_PARTITION_KEY'])],
    ],
  ],
  UpdateAccountSettings: [
    ['nothing', {}, [isNull('minimumThroughputBillingCommitment')]],
    ['an empty commitment', { MinimumThroughputBillingCommitment: {} }, [isNull('minimumThroughputBillingCommitment.status')]],
    [
      'an unknown commitment',
      { MinimumThroughputBillingCommitment: { Status: 'x' } },
      [oneOf('minimumThroughputBillingCommitment.status', 'x', ['ENABLED, DISABLED'])],
    ],
  ],
  CreateChannel: [
    ['nothing', {}, [isNull('channelName'), isNull('serviceExecutionRoleARN'), isNull('streamConfigurationList')]],
    [
      'a bad stream among its streams',
      {
        ChannelName: 'a b',
        ServiceExecutionRoleARN: 'arn:aws:iam::000000000000:role/r',
        StreamConfigurationList: [{ StreamARN, RecordConfiguration: {} }, { StreamARN: 'x' }, null],
      },
      [
        pattern('channelName', 'a b', name),
        isNull('streamConfigurationList.1.member.recordConfiguration.recordFormatType'),
        streamArn('x').replace("'streamARN'", "'streamConfigurationList.2.member.streamARN'"),
        isNull('streamConfigurationList.2.member.recordConfiguration'),
        isNull('streamConfigurationList.3.member'),
      ],
    ],
  ],
}

for (const [operation, operationCases] of Object.entries(cases)) {
  suite(operation, () => {
    for (const [title, input, violations] of operationCases) {
      test(`with ${title} lists every violation`, async () => assertViolations(await api.call(operation, input), violations))
    }
  })
}
