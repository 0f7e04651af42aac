import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type Json, kinesis } from './client/kinesis.js'
import { exists, type Finished, runClient } from './client/program.js'
import { freshName } from './client/streams.js'

const api = await kinesis()
const skip = exists('aws', '--version') ? false : 'the AWS CLI is not on this machine'

const aws = (...args: string[]): Promise<Finished> => runClient(api, 'aws', ['kinesis', ...args])
const json = async (...args: string[]): Promise<Json> => {
  const { code, stdout, stderr } = await aws(...args)
  assert.equal(code, 0, stderr)
  return stdout.trim() === '' ? undefined : JSON.parse(stdout)
}

suite('the AWS CLI', { skip }, () => {
  const name = freshName()
  const stream = ['--stream-name', name]

  test('creates a stream, waits for it, puts, reads and deletes', async () => {
    assert.equal(await json('create-stream', ...stream, '--shard-count', '1', '--tags', 'a=b'), undefined)
    assert.equal((await aws('wait', 'stream-exists', ...stream)).code, 0)
    const { StreamDescription } = await json('describe-stream', ...stream)
    assert.equal(StreamDescription.StreamARN, api.arn(name))
    assert.equal(
      (await json('describe-stream-summary', '--stream-arn', api.arn(name))).StreamDescriptionSummary.OpenShardCount,
      1,
    )
    const data = Buffer.from('hello').toString('base64')
    const put = await json('put-record', ...stream, '--partition-key', 'a', '--data', 'hello')
    assert.equal(put.ShardId, 'shardId-000000000000')
    const puts = await json('put-records', ...stream, '--records', 'Data=one,PartitionKey=1', 'Data=two,PartitionKey=2')
    assert.equal(puts.FailedRecordCount, 0)
    const { ShardIterator } = await json(
      'get-shard-iterator',
      ...stream,
      '--shard-id',
      put.ShardId,
      '--shard-iterator-type',
      'TRIM_HORIZON',
    )
    const { Records } = await json('get-records', '--shard-iterator', ShardIterator)
    assert.equal(Records[0].Data, data)
    assert.deepEqual(
      Records.map((record: Json) => record.PartitionKey),
      ['a', '1', '2'],
    )
    assert.ok((await json('list-streams')).StreamNames.includes(name))
    assert.equal((await json('list-shards', ...stream)).Shards.length, 1)
    assert.equal(await json('delete-stream', ...stream), undefined)
    assert.equal((await aws('wait', 'stream-not-exists', ...stream)).code, 0)
  })

  test('shows an error as AWS’s', async () => {
    const { code, stderr } = await aws('describe-stream', '--stream-name', 'nobody')
    assert.notEqual(code, 0)
    assert.match(
      stderr,
      /An error occurred \(ResourceNotFoundException\) when calling the DescribeStream operation: Stream nobody under account \d{12} not found\./,
    )
  })
})
