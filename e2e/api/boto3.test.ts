import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { kinesis } from './client/kinesis.js'
import { exists, runClient } from './client/program.js'

const api = await kinesis()
const skip = exists('python3', '-c', 'import boto3') ? false : 'boto3 is not on this machine'

const script = `
import boto3, datetime, os, sys, uuid
from botocore.config import Config
from botocore.exceptions import ClientError

client = boto3.client('kinesis', config=Config(retries={'total_max_attempts': 1}))
names = ['boto3-%s-%d' % (uuid.uuid4().hex, i) for i in range(3)]
for name in names:
    client.create_stream(StreamName=name, ShardCount=2)
    client.get_waiter('stream_exists').wait(StreamName=name, WaiterConfig={'Delay': 1, 'MaxAttempts': 30})
name = names[0]
before = datetime.datetime.now(datetime.timezone.utc)
client.put_record(StreamName=name, PartitionKey='a', Data=b'\\x00\\xff')
client.put_records(StreamName=name, Records=[{'PartitionKey': str(i), 'Data': ('data %d' % i).encode()} for i in range(100)])
records = []
for shard in client.list_shards(StreamName=name)['Shards']:
    at = dict(StreamName=name, ShardId=shard['ShardId'])
    iterator = client.get_shard_iterator(ShardIteratorType='TRIM_HORIZON', **at)['ShardIterator']
    page = client.get_records(ShardIterator=iterator)
    records += page['Records']
    assert page['MillisBehindLatest'] == 0, page
    old = client.get_shard_iterator(ShardIteratorType='AT_TIMESTAMP', Timestamp=datetime.datetime(2015, 1, 1), **at)
    assert len(client.get_records(ShardIterator=old['ShardIterator'])['Records']) == len(page['Records'])
assert len(records) == 101, len(records)
assert [r for r in records if r['PartitionKey'] == 'a'][0]['Data'] == b'\\x00\\xff'
for record in records:
    assert abs((record['ApproximateArrivalTimestamp'] - before).total_seconds()) < 60
found = [n for page in client.get_paginator('list_streams').paginate(PaginationConfig={'PageSize': 1}) for n in page['StreamNames']]
assert set(names) <= set(found) and len(found) == len(set(found)), found
shards = ['shardId-000000000000', 'shardId-000000000001']
described = [s['ShardId'] for page in client.get_paginator('describe_stream').paginate(StreamName=name, PaginationConfig={'PageSize': 1}) for s in page['StreamDescription']['Shards']]
assert described == shards, described
try:
    client.describe_stream(StreamName='nobody')
    raise AssertionError('nobody was described')
except client.exceptions.ResourceNotFoundException as error:
    assert error.response['Error']['Message'].startswith('Stream nobody under account '), error
try:
    client.get_records(ShardIterator='x')
    raise AssertionError('x was an iterator')
except ClientError as error:
    assert error.response['Error'] == {'Code': 'InvalidArgumentException', 'Message': 'Invalid ShardIterator.'}, error.response
for name in names:
    client.delete_stream(StreamName=name)
    client.get_waiter('stream_not_exists').wait(StreamName=name, WaiterConfig={'Delay': 1, 'MaxAttempts': 30})
print('all is well')
`

const fanOutScript = `
import boto3, time, uuid
from botocore.config import Config

client = boto3.client('kinesis', config=Config(retries={'total_max_attempts': 1}))
name = 'boto3-%s' % uuid.uuid4().hex
client.create_stream(StreamName=name, ShardCount=1)
client.get_waiter('stream_exists').wait(StreamName=name, WaiterConfig={'Delay': 1, 'MaxAttempts': 30})
stream = client.describe_stream_summary(StreamName=name)['StreamDescriptionSummary']['StreamARN']
consumer = client.register_stream_consumer(StreamARN=stream, ConsumerName='boto3')['Consumer']['ConsumerARN']
while client.describe_stream_consumer(ConsumerARN=consumer)['ConsumerDescription']['ConsumerStatus'] != 'ACTIVE':
    time.sleep(0.1)
put = [client.put_record(StreamName=name, PartitionKey=str(i), Data=b'\\x00%d' % i)['SequenceNumber'] for i in range(5)]
at = dict(ConsumerARN=consumer, ShardId='shardId-000000000000')
events = client.subscribe_to_shard(StartingPosition={'Type': 'TRIM_HORIZON'}, **at)['EventStream']
got = []
for event in events:
    event = event['SubscribeToShardEvent']
    got += event['Records']
    if len(got) == 5 and 'later' not in globals():
        later = client.put_record(StreamName=name, PartitionKey='later', Data=b'later')['SequenceNumber']
    if len(got) == 6:
        break
assert [record['SequenceNumber'] for record in got] == put + [later], got
assert [record['Data'] for record in got] == [b'\\x00%d' % i for i in range(5)] + [b'later'], got
assert event['ContinuationSequenceNumber'] == later, event
assert event['MillisBehindLatest'] == 0, event
client.delete_stream(StreamName=name, EnforceConsumerDeletion=True)
for event in events:
    pass
print('all is well')
`

suite('boto3', { skip }, () => {
  test('is pushed to over HTTP/1.1, and hears that its consumer is gone', async () => {
    const { stdout, stderr } = await runClient(api, 'python3', ['-'], fanOutScript)
    assert.equal(stdout.trim(), 'all is well', stderr)
  })

  test('creates, pages, puts, reads and deletes, and knows the errors', async () => {
    const { stdout, stderr } = await runClient(api, 'python3', ['-'], script)
    assert.equal(stdout.trim(), 'all is well', stderr)
  })
})
