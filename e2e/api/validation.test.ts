import { suite, test } from 'node:test'
import { assertViolations } from './client/expect.js'
import { kinesis } from './client/kinesis.js'
import {
  atLeast,
  atMost,
  type Case,
  empty,
  emptyName,
  heap,
  isNull,
  iteratorTypes,
  long,
  mapKeys,
  mapValues,
  numeral,
  oneOf,
  quoted,
  shorter,
  stream,
} from './client/violations.js'

const api = await kinesis()

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
      [oneOf('streamModeDetails.streamMode', 'x', ['ON_DEMAND, PROVISIONED'])],
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
    ...stream,
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
