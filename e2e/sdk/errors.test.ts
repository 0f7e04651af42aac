import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { after, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as sdk from '@aws-sdk/client-kinesis'
import { endpointOf } from '../api/client/endpoint.js'
import { freshRegion, Kinesis, kinesis } from '../api/client/kinesis.js'
import { inputsOn, operations } from '../api/client/operation-inputs.js'
import { shardId } from '../api/client/shards.js'
import { ShiftedClock } from '../api/client/shifted-clock.js'
import { noServerOfOwn, Standalone } from '../api/client/standalone.js'
import { createStream, iterator } from '../api/client/streams.js'
import { SdkStreams } from './client/sdk-streams.js'
import { everySdk, sdkVariants } from './client/variants.js'

const api = await kinesis()
const stream = api.arn('nobody')
const channel = `arn:aws:kinesis:${api.region}:${api.account}:channel/0123456789abcdef`
const inputs = inputsOn({ stream, consumer: `${stream}/consumer/app:1`, channel })

const commands = sdk as unknown as Record<string, new (input: object) => sdk.DescribeStreamCommand>

everySdk('errors by the AWS SDK for JavaScript', api, (client) => {
  for (const [operation, [, input]] of Object.entries(inputs)) {
    test(`${operation} of what is not there is refused with the class that the SDK has for it`, async () => {
      const Command = commands[`${operation}Command`]
      assert.ok(Command)
      await assert.rejects(client.send(new Command(input)), (error: unknown) => {
        assert.ok(error instanceof sdk.ResourceNotFoundException, String(error))
        assert.match(error.message, /nobody|0123456789abcdef/)
        assert.match(error.$metadata.requestId ?? '', /^[0-9a-f-]{36}$/)
        return true
      })
    })
  }

  test('what is allowed to nobody, and what would have been done', async () => {
    const foreign = new sdk.DescribeStreamCommand({ StreamARN: stream.replace(api.account, '999999999999') })
    await assert.rejects(client.send(foreign), sdk.AccessDeniedException)
    const { StreamName } = await new SdkStreams(client).create(1)
    const dry = { StreamName, PartitionKey: 'a', Data: new Uint8Array(1), DryRun: true }
    await assert.rejects(client.send(new sdk.PutRecordCommand(dry)), sdk.DryRunOperationException)
  })
})

suite('errors of limits and of time by the AWS SDK for JavaScript', { skip: noServerOfOwn }, async () => {
  const clock = new ShiftedClock()
  const own = await Standalone.start({ ...clock.env, MILLRACE_LIMITS: 'on' })
  const limited = new Kinesis(endpointOf(own), freshRegion())
  const StreamName = await createStream(limited, { ShardCount: 2 })
  const variants = sdkVariants(limited).filter(({ skip }) => skip === false)
  const clients = variants.map((variant) => variant.client())
  const position = { StreamName, ShardId: shardId(0), ShardIteratorType: 'LATEST' } as const
  after(async () => {
    for (const client of clients) client.destroy()
    await own.remove()
    clock.remove()
  })

  test('calls beyond a rate are refused with the class that the SDK has for it', async () => {
    for (const client of clients) {
      const iterators = async () => {
        for (;;) await Promise.all(Array.from({ length: 20 }, () => client.send(new sdk.GetShardIteratorCommand(position))))
      }
      await assert.rejects(iterators, sdk.ProvisionedThroughputExceededException)
      const limits = async () => {
        for (;;) await Promise.all(Array.from({ length: 10 }, () => client.send(new sdk.DescribeLimitsCommand({}))))
      }
      await assert.rejects(limits, sdk.LimitExceededException)
    }
  })

  test('an iterator and a token of before are refused with the classes that the SDK has for it', async () => {
    const ShardIterator = await iterator(limited, StreamName, { ShardId: shardId(1) })
    const { NextToken } = await limited.ok('ListShards', { StreamName, MaxResults: 1 })
    await own.stop()
    const systemClockOffset = 301_000
    clock.shift(systemClockOffset)
    await own.startAgain()
    // Of HTTP/2 Node itself writes the date, which is not the server's here, and a client goes by the last that it was told.
    for (const client of variants.map((variant) => variant.client({ systemClockOffset }))) {
      await assert.rejects(client.send(new sdk.GetRecordsCommand({ ShardIterator })), sdk.ExpiredIteratorException)
      client.destroy()
    }
    for (const client of variants.map((variant) => variant.client({ systemClockOffset }))) {
      await assert.rejects(client.send(new sdk.ListShardsCommand({ NextToken })), sdk.ExpiredNextTokenException)
      client.destroy()
    }
  })
})

test('these suites call every operation that the SDK has with what it is for', () => {
  const folder = fileURLToPath(new URL('.', import.meta.url))
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'))
  const sources = files.map((file) => readFileSync(`${folder}/${file}`, 'utf8')).join('\n')
  const uncalled = operations.filter((name) => !new RegExp(`new ${name}Command\\(|paginate${name}\\(`).test(sources))
  assert.deepEqual(uncalled, [])
})
