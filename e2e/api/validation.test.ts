import { suite, test } from 'node:test'
import { assertViolations, type Expected, violation } from './client/expect.js'
import { kinesis } from './client/kinesis.js'

const api = await kinesis()

const long = (length: number) => 'a'.repeat(length)
const quoted = (text: string | number) => `'${text}'`
const isNull = (member: string) => violation(member, 'null', 'not be null')
const atLeast = (member: string, value: number, min: number) =>
  violation(member, quoted(value), `have value greater than or equal to ${min}`)
const atMost = (member: string, value: number, max: number) =>
  violation(member, quoted(value), `have value less than or equal to ${max}`)
const shorter = (member: string, value: string, max: number) =>
  violation(member, value, `have length less than or equal to ${max}`)
const empty = (member: string, value = "''") => violation(member, value, 'have length greater than or equal to 1')
const pattern = (member: string, value: string, regex: string) =>
  violation(member, quoted(value), `satisfy regular expression pattern: ${regex}`)
const name = '[a-zA-Z0-9_.-]+'
/** An empty name breaks two constraints. */
const emptyName = (member: string) => [pattern(member, '', name), empty(member)]
/** Recorded in this form; the model of 2026 writes the same expression with anchors. */
const numeral = (member: string, value: string, digits: number) =>
  [String.raw`0|([1-9]\d{0,${digits}})`, String.raw`^(0|([1-9]\d{0,${digits}}))$`].map((regex) => pattern(member, value, regex))
const streamArn = (value: string) => pattern('streamARN', value, String.raw`arn:aws.*:kinesis:.*:\d{12}:stream/\S+`)
const streamId = (value: string) => pattern('streamId', value, '[a-z0-9]{20}-[a-z0-9]{3}')
const oneOf = (member: string, value: string, orders: readonly string[]) =>
  orders.map((order) => violation(member, quoted(value), `satisfy enum value set: [${order}]`))
const iteratorTypes = ['AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON']
const mapKeys = (value: string) =>
  `Value '${value}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]`
const mapValues = (value: string) =>
  `Value '${value}' at 'tags' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 0]`
const heap = (bytes: number) => quoted(`java.nio.HeapByteBuffer[pos=0 lim=${bytes} cap=${bytes}]`)

type Case = readonly [title: string, input: unknown, violations: readonly Expected[]]

/** The members by which all operations name a stream. */
const stream: readonly Case[] = [
  ['no stream', {}, [isNull('streamName')]],
  ['null as stream', { StreamName: null }, [isNull('streamName')]],
  ['an empty name', { StreamName: '' }, emptyName('streamName')],
  ['a long name', { StreamName: long(129) }, [shorter('streamName', quoted(long(129)), 128)]],
  ['a name with a blank', { StreamName: 'a b' }, [pattern('streamName', 'a b', name)]],
  [
    'an ARN for a name',
    { StreamName: 'arn:aws:kinesis:us-east-1:000000000000:stream/a' },
    [pattern('streamName', 'arn:aws:kinesis:us-east-1:000000000000:stream/a', name)],
  ],
  ['an ARN that is none', { StreamARN: 'x' }, [streamArn('x')]],
  [
    'an ARN of another service',
    { StreamARN: 'arn:aws:dynamodb:us-east-1:000000000000:stream/a' },
    [streamArn('arn:aws:dynamodb:us-east-1:000000000000:stream/a')],
  ],
  [
    'an ARN with a short account',
    { StreamARN: 'arn:aws:kinesis:us-east-1:1:stream/a' },
    [streamArn('arn:aws:kinesis:us-east-1:1:stream/a')],
  ],
  ['a bad stream id', { StreamName: 'a', StreamId: 'x' }, [streamId('x')]],
  ['a bad name and a bad ARN', { StreamName: 'a b', StreamARN: 'x' }, [pattern('streamName', 'a b', name), streamArn('x')]],
]

const cases: Readonly<Record<string, readonly Case[]>> = {
  CreateStream: [
    ['nothing', {}, [isNull('streamName')]],
    ['an empty name and no shards', { StreamName: '', ShardCount: 0 }, [atLeast('shardCount', 0, 1), ...emptyName('streamName')]],
    [
      'a long name and a count beyond 32 bits',
      { StreamName: long(129), ShardCount: 100000000000 },
      [shorter('streamName', quoted(long(129)), 128)],
    ],
    ['a negative count', { StreamName: 'a', ShardCount: -5 }, [atLeast('shardCount', -5, 1)]],
    ['a mode without a mode', { StreamName: 'a', StreamModeDetails: {} }, [isNull('streamModeDetails.streamMode')]],
    [
      'an unknown mode',
      { StreamName: 'a', StreamModeDetails: { StreamMode: 'x' } },
      [oneOf('streamModeDetails.streamMode', 'x', ['PROVISIONED, ON_DEMAND', 'ON_DEMAND, PROVISIONED'])],
    ],
    [
      'an unknown distribution',
      { StreamName: 'a', RecordDistributionStrategy: 'x' },
      [oneOf('recordDistributionStrategy', 'x', ['AUTO, USER_PARTITION_KEY', 'USER_PARTITION_KEY, AUTO'])],
    ],
    ['records too small', { StreamName: 'a', MaxRecordSizeInKiB: 1023 }, [atLeast('maxRecordSizeInKiB', 1023, 1024)]],
    ['records too large', { StreamName: 'a', MaxRecordSizeInKiB: 10241 }, [atMost('maxRecordSizeInKiB', 10241, 10240)]],
    ['negative throughput', { StreamName: 'a', WarmThroughputMiBps: -1 }, [atLeast('warmThroughputMiBps', -1, 0)]],
    ['no tags in its tags', { StreamName: 'a', Tags: {} }, [empty('tags', "'{}'")]],
    ['an empty tag key', { StreamName: 'a', Tags: { '': 'v' } }, [mapKeys('{=v}')]],
    ['a long tag key', { StreamName: 'a', Tags: { [long(129)]: 'v' } }, [mapKeys(`{${long(129)}=v}`)]],
    ['a long tag value', { StreamName: 'a', Tags: { k: long(257) } }, [mapValues(`{k=${long(257)}}`)]],
  ],
  DescribeStream: [
    ...stream,
    [
      'everything empty',
      { StreamName: '', Limit: 0, ExclusiveStartShardId: '' },
      [atLeast('limit', 0, 1), ...emptyName('exclusiveStartShardId'), ...emptyName('streamName')],
    ],
    [
      'everything too large',
      { StreamName: long(129), Limit: 100000, ExclusiveStartShardId: long(129) },
      [
        atMost('limit', 100000, 10000),
        shorter('exclusiveStartShardId', quoted(long(129)), 128),
        shorter('streamName', quoted(long(129)), 128),
      ],
    ],
    ['a limit beyond 32 bits', { StreamName: 'a', Limit: 100000000000 }, [atMost('limit', 2147483647, 10000)]],
  ],
  DescribeStreamSummary: [...stream],
  DeleteStream: [...stream],
  ListStreams: [
    [
      'everything empty',
      { ExclusiveStartStreamName: '', Limit: 0 },
      [atLeast('limit', 0, 1), ...emptyName('exclusiveStartStreamName')],
    ],
    [
      'everything too large',
      { ExclusiveStartStreamName: long(129), Limit: 1000000 },
      [atMost('limit', 1000000, 10000), shorter('exclusiveStartStreamName', quoted(long(129)), 128)],
    ],
    ['an empty token', { NextToken: '' }, [empty('nextToken')]],
  ],
  ListShards: [
    ...stream.filter(([title]) => !/^(no|null as) /.test(title)),
    [
      'everything empty',
      { StreamName: '', NextToken: '', MaxResults: 0, ExclusiveStartShardId: '' },
      [atLeast('maxResults', 0, 1), ...emptyName('exclusiveStartShardId'), ...emptyName('streamName'), empty('nextToken')],
    ],
    [
      'everything too large',
      { StreamName: long(129), MaxResults: 100000, ExclusiveStartShardId: long(129) },
      [
        atMost('maxResults', 100000, 10000),
        shorter('exclusiveStartShardId', quoted(long(129)), 128),
        shorter('streamName', quoted(long(129)), 128),
      ],
    ],
    ['a filter without a type', { StreamName: 'a', ShardFilter: {} }, [isNull('shardFilter.type')]],
    [
      'an unknown filter',
      { StreamName: 'a', ShardFilter: { Type: 'x' } },
      [/^Value 'x' at 'shardFilter\.type' failed to satisfy constraint: Member must satisfy enum value set: \[[A-Z_, ]+\]/],
    ],
    [
      'a filter with an empty shard',
      { StreamName: 'a', ShardFilter: { Type: 'AFTER_SHARD_ID', ShardId: '' } },
      emptyName('shardFilter.shardId'),
    ],
  ],
  PutRecord: [
    ['nothing', {}, [isNull('partitionKey'), isNull('data'), isNull('streamName')]],
    [
      'everything empty',
      { StreamName: '', PartitionKey: '', Data: '', ExplicitHashKey: '', SequenceNumberForOrdering: '' },
      [
        numeral('sequenceNumberForOrdering', '', 128),
        empty('partitionKey'),
        numeral('explicitHashKey', '', 38),
        ...emptyName('streamName'),
      ],
    ],
    [
      'everything too large',
      {
        StreamName: long(129),
        PartitionKey: long(257),
        Data: Buffer.alloc(10485761).toString('base64'),
        ExplicitHashKey: '1'.repeat(40),
      },
      [
        shorter('partitionKey', quoted(long(257)), 256),
        numeral('explicitHashKey', '1'.repeat(40), 38),
        shorter('data', heap(10485761), 10485760),
        shorter('streamName', quoted(long(129)), 128),
      ],
    ],
    [
      'a hash key with a leading zero',
      { StreamName: 'a', PartitionKey: 'a', Data: '', ExplicitHashKey: '01' },
      [numeral('explicitHashKey', '01', 38)],
    ],
    [
      'a negative hash key',
      { StreamName: 'a', PartitionKey: 'a', Data: '', ExplicitHashKey: '-1' },
      [numeral('explicitHashKey', '-1', 38)],
    ],
  ],
  PutRecords: [
    ['nothing', {}, [isNull('records'), isNull('streamName')]],
    ['no records', { StreamName: '', Records: [] }, [empty('records', "'[]'"), ...emptyName('streamName')]],
    [
      'an empty record',
      { StreamName: 'a', Records: [{}] },
      [isNull('records.1.member.partitionKey'), isNull('records.1.member.data')],
    ],
    [
      'a record with everything empty',
      { StreamName: '', Records: [{ PartitionKey: '', Data: '', ExplicitHashKey: '' }] },
      [empty('records.1.member.partitionKey'), numeral('records.1.member.explicitHashKey', '', 38), ...emptyName('streamName')],
    ],
    [
      'a record with everything too large',
      { StreamName: long(129), Records: [{ PartitionKey: long(257), Data: '', ExplicitHashKey: '' }] },
      [
        shorter('records.1.member.partitionKey', quoted(long(257)), 256),
        numeral('records.1.member.explicitHashKey', '', 38),
        shorter('streamName', quoted(long(129)), 128),
      ],
    ],
    [
      'a bad third record',
      {
        StreamName: 'a',
        Records: [
          { PartitionKey: 'a', Data: '' },
          { PartitionKey: 'a', Data: '' },
          { PartitionKey: '', Data: '' },
        ],
      },
      [empty('records.3.member.partitionKey')],
    ],
    [
      'more violations than are listed',
      { StreamName: 'a', Records: Array.from({ length: 12 }, () => ({ PartitionKey: '', Data: '' })) },
      Array.from({ length: 10 }, (_, i) => empty(`records.${i + 1}.member.partitionKey`)),
    ],
    [
      'more than 500 records',
      { StreamName: 'a', Records: Array.from({ length: 501 }, () => ({ PartitionKey: 'a', Data: '' })) },
      [
        /^Value '\[com\.amazonaws\.kinesis\.v20131202\.PutRecordsRequestEntry@[0-9a-f]+(, com\.amazonaws\.kinesis\.v20131202\.PutRecordsRequestEntry@[0-9a-f]+){500}\]' at 'records' failed to satisfy constraint: Member must have length less than or equal to 500/,
      ],
    ],
  ],
  GetShardIterator: [
    ['nothing', {}, [isNull('shardId'), isNull('shardIteratorType'), isNull('streamName')]],
    [
      'everything empty',
      { StreamName: '', ShardIteratorType: '', ShardId: '', StartingSequenceNumber: '' },
      [
        ...emptyName('shardId'),
        oneOf('shardIteratorType', '', iteratorTypes),
        numeral('startingSequenceNumber', '', 128),
        ...emptyName('streamName'),
      ],
    ],
    [
      'everything too long',
      { StreamName: long(129), ShardId: long(129), ShardIteratorType: 'LATEST' },
      [shorter('shardId', quoted(long(129)), 128), shorter('streamName', quoted(long(129)), 128)],
    ],
    [
      'an unknown type',
      { StreamName: 'a', ShardId: '0', ShardIteratorType: 'invalid-type' },
      [oneOf('shardIteratorType', 'invalid-type', iteratorTypes)],
    ],
    [
      'a sequence number of 130 digits',
      { StreamName: 'a', ShardId: '0', ShardIteratorType: 'LATEST', StartingSequenceNumber: '1'.repeat(130) },
      [numeral('startingSequenceNumber', '1'.repeat(130), 128)],
    ],
  ],
  GetRecords: [
    ['nothing', {}, [isNull('shardIterator')]],
    ['everything empty', { ShardIterator: '', Limit: 0 }, [atLeast('limit', 0, 1), empty('shardIterator')]],
    [
      'everything too large',
      { ShardIterator: long(514), Limit: 100000 },
      [atMost('limit', 100000, 10000), shorter('shardIterator', quoted(long(514)), 512)],
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
