import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { suite, test } from 'node:test'
import { assertError } from './client/expect.js'
import { type Json, kinesis } from './client/kinesis.js'
import { active, createStream, iterator, readAll } from './client/streams.js'

const api = await kinesis()

const newStream = () => createStream(api, { ShardCount: 1 })
const summary = async (StreamName: string): Promise<Json> =>
  (await api.ok('DescribeStreamSummary', { StreamName })).StreamDescriptionSummary

suite('the retention period', () => {
  const period = (operation: string, StreamName: string, RetentionPeriodHours: number) =>
    api.call(`${operation}StreamRetentionPeriod`, { StreamName, RetentionPeriodHours })

  test('is increased and decreased; the stream takes and gives records meanwhile', async () => {
    const name = await newStream()
    await api.ok('PutRecord', { StreamName: name, PartitionKey: 'a', Data: 'AAAA' })
    for (const [operation, hours] of [
      ['Increase', 8760],
      ['Decrease', 24],
    ] as const) {
      const answer = await period(operation, name, hours)
      assert.deepEqual([answer.status, answer.body], [200, undefined])
      await api.ok('PutRecord', { StreamName: name, PartitionKey: 'a', Data: 'BBBB' })
      assert.equal((await active(api, name)).RetentionPeriodHours, hours)
    }
    assert.equal((await readAll(api, await iterator(api, name))).length, 3)
  })

  test('stays as it is where it is asked for again', async () => {
    const name = await newStream()
    for (const operation of ['Increase', 'Decrease']) assert.equal((await period(operation, name, 24)).status, 200)
    assert.equal((await summary(name)).StreamStatus, 'ACTIVE')
  })

  test('has bounds', async () => {
    const name = await newStream()
    for (const operation of ['Increase', 'Decrease']) {
      for (const hours of [23, 1]) {
        const message = `Minimum allowed retention period is 24 hours. Requested retention period (${hours} hours) is too short.`
        assertError(await period(operation, name, hours), 'InvalidArgumentException', message)
      }
      const message = 'Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long.'
      assertError(await period(operation, name, 8761), 'InvalidArgumentException', message)
    }
  })

  test('is not decreased by an increase, nor increased by a decrease', async () => {
    const name = await newStream()
    await period('Increase', name, 48)
    await active(api, name)
    assertError(
      await period('Increase', name, 47),
      'InvalidArgumentException',
      `Requested retention period (47 hours) for stream ${name} can not be shorter than existing retention period (48 hours). Use DecreaseRetentionPeriod API.`,
    )
    assertError(
      await period('Decrease', name, 49),
      'InvalidArgumentException',
      `Requested retention period (49 hours) for stream ${name} can not be longer than existing retention period (48 hours). Use IncreaseRetentionPeriod API.`,
    )
  })
})

suite('enhanced monitoring', () => {
  const all = [
    'IncomingBytes',
    'OutgoingRecords',
    'IteratorAgeMilliseconds',
    'IncomingRecords',
    'ReadProvisionedThroughputExceeded',
    'WriteProvisionedThroughputExceeded',
    'OutgoingBytes',
  ]
  const change = async (operation: string, StreamName: string, metrics: string[]): Promise<unknown[]> => {
    const { CurrentShardLevelMetrics, DesiredShardLevelMetrics, ...rest } = await api.ok(`${operation}EnhancedMonitoring`, {
      StreamARN: api.arn(StreamName),
      ShardLevelMetrics: metrics,
    })
    assert.deepEqual(rest, { StreamName, StreamARN: api.arn(StreamName) })
    await active(api, StreamName)
    return [CurrentShardLevelMetrics, DesiredShardLevelMetrics]
  }

  test('answers what was on before and what is on now, and the descriptions show it', async () => {
    const name = await newStream()
    assert.deepEqual(await change('Enable', name, ['OutgoingBytes']), [[], ['OutgoingBytes']])
    assert.deepEqual(await change('Enable', name, ['ALL']), [['OutgoingBytes'], all])
    assert.deepEqual((await active(api, name)).EnhancedMonitoring, [{ ShardLevelMetrics: all }])
    assert.deepEqual(await change('Disable', name, ['IncomingRecords', 'OutgoingBytes']), [
      all,
      all.filter((metric) => metric !== 'IncomingRecords' && metric !== 'OutgoingBytes'),
    ])
    assert.deepEqual((await change('Disable', name, ['ALL']))[1], [])
    assert.deepEqual((await summary(name)).EnhancedMonitoring, [{ ShardLevelMetrics: [] }])
  })
})

suite('the largest record', () => {
  const size = (stream: string, MaxRecordSizeInKiB: number) =>
    api.call('UpdateMaxRecordSize', { StreamARN: api.arn(stream), MaxRecordSizeInKiB })
  const put = (StreamName: string, bytes: number) =>
    api.call('PutRecord', { StreamName, PartitionKey: 'a', Data: randomBytes(bytes).toString('base64') })

  test('grows and shrinks for records that are put, not for those that are there', async () => {
    const name = await newStream()
    const large = 3 * 1024 * 1024
    assertError(await put(name, large), 'ValidationException', /less than or equal to 1048576$/)
    assert.deepEqual((await size(name, 4096)).body, undefined)
    await active(api, name)
    assert.equal((await summary(name)).MaxRecordSizeInKiB, 4096)
    assert.equal((await put(name, large)).status, 200)
    await size(name, 1024)
    await active(api, name)
    assert.equal((await put(name, large)).status, 400)
    const [record] = await readAll(api, await iterator(api, name))
    assert.equal(Buffer.from(record.Data, 'base64').length, large)
  })
})
