import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { HandClockedServer } from './hand-clocked-server.fixture.js'

let server: HandClockedServer
before(async () => {
  server = await HandClockedServer.start()
})
after(() => server.stop())

const shard = 'shardId-000000000000'
const data = Buffer.alloc(20_000, 'x').toString('base64')

/** Puts a record an hour; its key says in which hour. Resolves to the sequence numbers. */
async function putHourly(stream: string, hours: number): Promise<string[]> {
  const numbers: string[] = []
  for (let hour = 0; hour < hours; hour++) {
    const put = await server.call('PutRecord', { StreamName: stream, PartitionKey: String(hour), Data: data })
    numbers.push(put.SequenceNumber)
    await server.passHours(1)
  }
  return numbers
}

async function iterator(stream: string, position: Record<string, unknown>): Promise<string> {
  const input = { StreamName: stream, ShardId: shard, ...position }
  return (await server.call('GetShardIterator', input)).ShardIterator
}

/** The hours of the records from a position to the end. */
async function hoursFrom(stream: string, position: Record<string, unknown>): Promise<number[]> {
  const hours: number[] = []
  for (let next = await iterator(stream, position); ; ) {
    const page = await server.call('GetRecords', { ShardIterator: next })
    hours.push(...page.Records.map((record: { PartitionKey: string }) => Number(record.PartitionKey)))
    if (page.MillisBehindLatest === 0) return hours
    next = page.NextShardIterator
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

test('records are read until their retention ends, from every position, and their files go', async () => {
  await server.activeStream('day')
  const numbers = await putHourly('day', 30)
  const kept = range(6, 30)
  const begun = server.nowSeconds() - 30 * 3600
  for (const position of [
    { ShardIteratorType: 'TRIM_HORIZON' },
    { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: numbers[0] },
    { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: numbers[2] },
    { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: begun + 3600 },
  ]) {
    assert.deepEqual(await hoursFrom('day', position), kept, JSON.stringify(position))
  }
  const at20 = { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: numbers[20] }
  assert.deepEqual(await hoursFrom('day', at20), range(20, 30))
  assert.ok(server.segmentFiles().length <= 26, `${server.segmentFiles().length} files of one record an hour`)
})

test('an iterator moves on from records whose retention ended after it was made', async () => {
  const next = await iterator('day', { ShardIteratorType: 'TRIM_HORIZON' })
  await server.pass(240_000)
  const { Records } = await server.call('GetRecords', { ShardIterator: next })
  assert.equal(Records[0].PartitionKey, '7')
})

test('when everything has expired the shard is empty, its files are gone, and numbers still rise', async () => {
  await server.passHours(25)
  assert.deepEqual(await hoursFrom('day', { ShardIteratorType: 'TRIM_HORIZON' }), [])
  assert.deepEqual(server.segmentFiles(), [])
  const before = await server.call('PutRecord', { StreamName: 'day', PartitionKey: '1', Data: data })
  await server.passHours(25)
  const later = await server.call('PutRecord', { StreamName: 'day', PartitionKey: '2', Data: data })
  assert.ok(BigInt(later.SequenceNumber) > BigInt(before.SequenceNumber))
  assert.deepEqual(await hoursFrom('day', { ShardIteratorType: 'TRIM_HORIZON' }), [2])
})

test('segments that are mostly dead are written anew, and what lives in them is read as before', async () => {
  await server.activeStream('kept')
  await server.activeStream('deleted')
  for (let i = 0; i < 20; i++) {
    await server.call('PutRecord', { StreamName: 'kept', PartitionKey: String(i), Data: Buffer.alloc(2000).toString('base64') })
    for (let j = 0; j < 2; j++) await server.call('PutRecord', { StreamName: 'deleted', PartitionKey: 'x', Data: data })
  }
  await server.passHours(2)
  const before = server.keeper.figures()
  await server.call('DeleteStream', { StreamName: 'deleted' })
  for (let i = 0; i < 10; i++) await server.pass(1000)
  const after = server.keeper.figures()
  assert.ok(after.compactions > before.compactions, 'something was compacted')
  assert.ok(after.segmentBytes < before.segmentBytes / 4, `${before.segmentBytes} bytes, then ${after.segmentBytes}`)
  assert.deepEqual(await hoursFrom('kept', { ShardIteratorType: 'TRIM_HORIZON' }), range(0, 20))
})

test('a longer retention keeps what has not expired; what has expired stays away, also where the retention was shortened', async () => {
  await server.activeStream('longer')
  await putHourly('longer', 30)
  const trimHorizon = { ShardIteratorType: 'TRIM_HORIZON' }
  await server.call('IncreaseStreamRetentionPeriod', { StreamName: 'longer', RetentionPeriodHours: 48 })
  await server.passHours(20)
  assert.deepEqual(await hoursFrom('longer', trimHorizon), range(6, 30))
  await server.call('DecreaseStreamRetentionPeriod', { StreamName: 'longer', RetentionPeriodHours: 30 })
  await server.pass(1000)
  assert.deepEqual(await hoursFrom('longer', trimHorizon), range(21, 30))
  await server.call('IncreaseStreamRetentionPeriod', { StreamName: 'longer', RetentionPeriodHours: 8760 })
  await server.passHours(1000)
  assert.deepEqual(await hoursFrom('longer', trimHorizon), range(21, 30))
})

test('a closed shard is read to its end until its retention ends; then it is not listed, not found, and its files are gone', async () => {
  await server.activeStream('split')
  await putHourly('split', 3)
  await server.call('SplitShard', { StreamName: 'split', ShardToSplit: shard, NewStartingHashKey: '10' })
  for (let i = 0; i < 3; i++) await server.pass(1000)
  const listed = async () => (await server.call('ListShards', { StreamName: 'split' })).Shards.length
  const next = await iterator('split', { ShardIteratorType: 'TRIM_HORIZON' })
  const { Records, ChildShards, NextShardIterator } = await server.call('GetRecords', { ShardIterator: next })
  assert.deepEqual([Records.length, ChildShards.length, NextShardIterator], [3, 2, undefined])
  assert.equal(await listed(), 3)
  await server.passHours(2)
  const before = server.keeper.figures().segmentBytes
  await server.passHours(22)
  assert.equal(await listed(), 2)
  await assert.rejects(iterator('split', { ShardIteratorType: 'TRIM_HORIZON' }), /ResourceNotFoundException/)
  const after = server.keeper.figures().segmentBytes
  assert.ok(after <= before - 3 * 20_000, `${before} bytes, then ${after}`)
})
