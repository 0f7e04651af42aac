import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamCommand,
  DescribeStreamSummaryCommand,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  InvalidArgumentException,
  type KinesisClient,
  ListShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  paginateListStreams,
  ResourceInUseException,
  ResourceNotFoundException,
  waitUntilStreamExists,
  waitUntilStreamNotExists,
} from '@aws-sdk/client-kinesis'
import { kinesis } from '../api/client/kinesis.js'
import { freshName } from '../api/client/streams.js'
import { everySdk } from './client/variants.js'

const api = await kinesis()
everySdk('streams and records by the AWS SDK for JavaScript', api, (client) => {
  test('creates, waits for, fills, reads and deletes a stream', async () => {
    const StreamName = freshName()
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: 2, Tags: { team: 'e2e' } }))
    await waitUntilStreamExists({ client, maxWaitTime: 30, minDelay: 1 }, { StreamName })
    const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }))
    assert.equal(StreamDescriptionSummary?.StreamStatus, 'ACTIVE')
    assert.equal(StreamDescriptionSummary.OpenShardCount, 2)
    assert.ok(Math.abs(Number(StreamDescriptionSummary.StreamCreationTimestamp) - Date.now()) < 60_000)
    const { Shards = [] } = await client.send(new ListShardsCommand({ StreamARN: StreamDescriptionSummary.StreamARN }))
    const Data = new Uint8Array([0, 255, 128, 10])
    const one = await client.send(new PutRecordCommand({ StreamName, PartitionKey: 'ключ', Data }))
    const Records = Array.from({ length: 100 }, (_, i) => ({
      PartitionKey: `${i}`,
      Data: new TextEncoder().encode(`data ${i}`),
    }))
    const many = await client.send(new PutRecordsCommand({ StreamName, Records }))
    assert.equal(many.FailedRecordCount, 0)
    const read = (await Promise.all(Shards.map((shard) => readShard(client, StreamName, shard.ShardId)))).flat()
    assert.deepEqual(read.find((record) => record.SequenceNumber === one.SequenceNumber)?.Data, Data)
    assert.deepEqual(
      new Set(read.map((record) => record.PartitionKey)),
      new Set(['ключ', ...Records.map((record) => record.PartitionKey)]),
    )
    for (const record of read) assert.ok(Math.abs(Number(record.ApproximateArrivalTimestamp) - Date.now()) < 60_000)
    await client.send(new DeleteStreamCommand({ StreamName }))
    await waitUntilStreamNotExists({ client, maxWaitTime: 30, minDelay: 1 }, { StreamName })
  })

  test('pages through the streams', async () => {
    const names = [freshName(), freshName(), freshName()]
    for (const StreamName of names) {
      await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }))
      await waitUntilStreamExists({ client, maxWaitTime: 30, minDelay: 1 }, { StreamName })
    }
    const found: string[] = []
    for await (const page of paginateListStreams({ client, pageSize: 2 }, {})) {
      found.push(...(page.StreamNames ?? []))
      assert.ok(found.length <= 1000, 'the pages do not end')
    }
    for (const name of names) assert.ok(found.includes(name))
    assert.equal(new Set(found).size, found.length)
  })

  test('gets the errors as the classes that it knows', async () => {
    const StreamName = freshName()
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }))
    await assert.rejects(client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 })), ResourceInUseException)
    await assert.rejects(client.send(new DescribeStreamCommand({ StreamName: 'nobody' })), (error: unknown) => {
      assert.ok(error instanceof ResourceNotFoundException)
      assert.equal(error.message, `Stream nobody under account ${api.account} not found.`)
      assert.equal(error.$metadata.httpStatusCode, 400)
      assert.match(error.$metadata.requestId ?? '', /^[0-9a-f-]{36}$/)
      assert.ok((error.$metadata.extendedRequestId ?? '').length > 60)
      return true
    })
    await assert.rejects(client.send(new GetRecordsCommand({ ShardIterator: 'x' })), (error: unknown) => {
      return error instanceof InvalidArgumentException && !(error instanceof ExpiredIteratorException)
    })
    await assert.rejects(client.send(new DescribeStreamCommand({ StreamName: '' })), { name: 'ValidationException' })
  })
})

async function readShard(client: KinesisClient, StreamName: string, ShardId: string | undefined) {
  let { ShardIterator } = await client.send(
    new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
  )
  for (const records = []; ; ) {
    const page = await client.send(new GetRecordsCommand({ ShardIterator }))
    records.push(...(page.Records ?? []))
    if (page.MillisBehindLatest === 0) return records
    ShardIterator = page.NextShardIterator
  }
}
