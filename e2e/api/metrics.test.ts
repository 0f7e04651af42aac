import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import { kinesis } from './client/kinesis.js'
import { active, createStream, freshName } from './client/streams.js'

const api = await kinesis()
const stream = freshName()

/** Every sample by its name with labels. */
async function figures(): Promise<Map<string, number>> {
  const { text } = await api.send({ method: 'GET', target: '/metrics', sign: false })
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]))
}

/** Other tests use the same server: what is counted rises by at least what was done. */
async function risesOf(names: readonly string[], act: () => Promise<unknown>): Promise<number[]> {
  const before = await figures()
  await act()
  const after = await figures()
  return names.map((name) => (after.get(name) ?? 0) - (before.get(name) ?? 0))
}

suite('metrics', () => {
  before(() => createStream(api, { StreamName: stream, ShardCount: 1 }))

  test('what is put is counted: requests, records, bytes, batches made durable', async () => {
    const names = [
      'millrace_requests_total{operation="PutRecords",error="none"}',
      'millrace_put_records_total',
      'millrace_put_bytes_total',
      'millrace_append_duration_seconds_count',
      'millrace_log_sync_duration_seconds_count',
      'millrace_log_written_bytes_total',
    ]
    const record = { Data: Buffer.from('twelve bytes').toString('base64'), PartitionKey: 'key' }
    const put = () => api.ok('PutRecords', { StreamName: stream, Records: [record, record] })
    const rises = await risesOf(names, put)
    const least = [1, 2, 30, 1, 1, 30]
    for (const [i, rise] of rises.entries()) assert.ok(rise >= least[i], `${names[i]} rose by ${rise}`)
  })

  test('what is read is counted', async () => {
    const iterator = { StreamName: stream, ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' }
    const { ShardIterator } = await api.ok('GetShardIterator', iterator)
    const names = ['millrace_get_records_total', 'millrace_get_bytes_total']
    const [records, bytes] = await risesOf(names, () => api.ok('GetRecords', { ShardIterator }))
    assert.ok(records >= 2 && bytes >= 30, `${records} records, ${bytes} bytes`)
  })

  test('refusals are counted by the error that was answered', async () => {
    const names = [
      'millrace_requests_total{operation="DescribeStreamSummary",error="ResourceNotFoundException"}',
      'millrace_requests_total{operation="unknown",error="UnknownOperationException"}',
    ]
    const [notFound, unknown] = await risesOf(names, async () => {
      await api.call('DescribeStreamSummary', { StreamName: `missing-${stream}` })
      await api.call('NoSuchOperation', {})
    })
    assert.ok(notFound >= 1 && unknown >= 1, `${notFound} and ${unknown}`)
  })

  test('streams, shards, lanes, the log and the process show', async () => {
    const shown = await figures()
    const positive = [
      'millrace_streams{status="ACTIVE"}',
      'millrace_shards{state="open"}',
      'millrace_lanes',
      'millrace_log_free_bytes',
      'millrace_tail_bytes',
      'process_resident_memory_bytes',
    ]
    for (const name of positive) assert.ok((shown.get(name) ?? 0) > 0, name)
    assert.ok(shown.has('millrace_loop_hold_max_seconds{lane="0"}'))
    assert.ok(
      ![...shown.keys()].some((name) => name.includes(stream)),
      'a stream without enhanced monitoring has no metrics of its own',
    )
  })
})

suite('enhanced monitoring', () => {
  const name = freshName()
  const labels = `account="${api.account}",region="${api.region}",stream="${name}",shard="shardId-000000000000"`
  const put = () => api.ok('PutRecord', { StreamName: name, Data: Buffer.from('12345').toString('base64'), PartitionKey: 'key' })
  const shown = async () => [...(await figures())].filter(([sample]) => sample.includes(name))
  before(() => createStream(api, { StreamName: name, ShardCount: 1 }))

  test('shows a shard by the metrics that are turned on, and by no others', async () => {
    await put()
    assert.deepEqual(await shown(), [])
    await api.ok('EnableEnhancedMonitoring', { StreamName: name, ShardLevelMetrics: ['IncomingBytes', 'IncomingRecords'] })
    await active(api, name)
    await put()
    assert.deepEqual(await shown(), [
      [`millrace_shard_incoming_bytes_total{${labels}}`, 16],
      [`millrace_shard_incoming_records_total{${labels}}`, 2],
    ])
  })

  test('ALL shows all seven; turned off, they are gone', async () => {
    await api.ok('EnableEnhancedMonitoring', { StreamName: name, ShardLevelMetrics: ['ALL'] })
    await active(api, name)
    assert.equal((await shown()).length, 7)
    await api.ok('DisableEnhancedMonitoring', { StreamName: name, ShardLevelMetrics: ['ALL'] })
    await active(api, name)
    assert.deepEqual(await shown(), [])
  })
})
