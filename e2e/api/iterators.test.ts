import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { assertError, shardDoesNotExist } from './client/expect.js'
import { type Json, Kinesis, kinesis } from './client/kinesis.js'
import { fromHex } from './client/sequence-number.js'
import { createStream, freshName, gone, iterator, readAll } from './client/streams.js'

const api = await kinesis()
const stream = await createStream(api, { ShardCount: 3 })
const shardId = 'shardId-000000000000'
const types = ['TRIM_HORIZON', 'LATEST']

const get = async (ShardIterator: string, more: Record<string, unknown> = {}): Promise<Json> =>
  api.ok('GetRecords', { ShardIterator, ...more })
const datas = async (ShardIterator: string): Promise<string[]> =>
  (await get(ShardIterator)).Records.map((record: Json) => record.Data)
const data = (i: number): string => Buffer.from([i]).toString('base64')

/** The form that AWS gives its iterators: eight known bytes, and a length that depends on the name's. */
function assertForm(ShardIterator: string, name: string): void {
  const bytes = Buffer.from(ShardIterator, 'base64')
  assert.equal(bytes.toString('base64'), ShardIterator)
  assert.equal(bytes.toString('hex', 0, 8), '0000000000000001')
  assert.ok(ShardIterator.length <= 512)
  const lengths = [2, 14].map((more) => 152 + Math.floor((name.length + more) / 16) * 16)
  assert.ok(lengths.includes(bytes.length), `${bytes.length} bytes for a name of ${name.length}`)
}

suite('an iterator', () => {
  test('is all of the answer, and has AWS’s form', async () => {
    for (const ShardIteratorType of types) {
      const answer = await api.ok('GetShardIterator', { StreamName: stream, ShardId: shardId, ShardIteratorType })
      assert.deepEqual(Object.keys(answer), ['ShardIterator'])
      assertForm(answer.ShardIterator, stream)
      assertForm((await get(answer.ShardIterator)).NextShardIterator, stream)
    }
  })

  test('grows with the name of its stream', async () => {
    for (const length of [1, 14, 29, 30, 128]) {
      const name = await createStream(api, { StreamName: freshName().padEnd(128, '0').slice(-length), ShardCount: 1 })
      assertForm(await iterator(api, name), name)
      await api.ok('DeleteStream', { StreamName: name })
    }
  })

  for (const id of ['0', '-0', 'shardId-0', 'anything-0', 'a-0000000', 'shard.Id_-000000000000']) {
    test(`is given for a shard that is called '${id}'`, async () => {
      for (const ShardIteratorType of types) await iterator(api, stream, { ShardId: id, ShardIteratorType })
    })
  }

  test('may be used again, reads the same, and leads on each time to another one', async () => {
    const first = await iterator(api, stream, { ShardIteratorType: 'LATEST' })
    const next = (await get(first)).NextShardIterator
    const afterNext = (await get(next)).NextShardIterator
    assert.equal(new Set([first, next, afterNext]).size, 3)
    await api.ok('PutRecord', { StreamName: stream, PartitionKey: 'a', Data: data(1) })
    for (const again of [first, next, afterNext, first]) assert.deepEqual(await datas(again), [data(1)])
  })

  test('is taken in double quotes', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    await api.ok('PutRecord', { StreamName: name, PartitionKey: 'a', Data: data(1) })
    assert.deepEqual(await datas(`"${await iterator(api, name)}"`), [data(1)])
  })
})

suite('an iterator that the server did not make', () => {
  const refusal = ['InvalidArgumentException', 'Invalid ShardIterator.'] as const
  test('is refused, whatever it is', async () => {
    const good = await iterator(api, stream)
    const variants = [
      freshName(),
      'AAAA',
      '"',
      '""',
      `"${good}`,
      `${good}"`,
      `${good}=`,
      `${good} `,
      ` ${good}`,
      good.slice(0, -4),
      `${good.slice(0, -1)}`,
      `AAAA${good}`,
      good.toLowerCase(),
      '0'.repeat(512),
    ]
    for (const ShardIterator of variants) assertError(await api.call('GetRecords', { ShardIterator }), ...refusal)
  })

  test('is refused when any one byte of a good one was changed', async () => {
    const good = Buffer.from(await iterator(api, stream), 'base64')
    for (let at = 0; at < good.length; at++) {
      const changed = Buffer.from(good)
      changed.writeUInt8(good.readUInt8(at) ^ 1, at)
      assertError(await api.call('GetRecords', { ShardIterator: changed.toString('base64') }), ...refusal)
    }
  })
})

suite('a shard that does not exist', () => {
  const unknown = freshName()
  const big = 'shardId-002147483647'
  const normalised: [id: string, shown: string][] = [
    ['2147483647', big],
    [`${unknown}-2147483647`, big],
    ['a-00002147483647', big],
    ['-00002147483647', big],
    ['shardId-5', 'shardId-000000000005'],
    ['123', 'shardId-000000000123'],
  ]
  for (const [ShardId, shown] of normalised) {
    test(`'${ShardId}' does not exist in a stream that does or does not`, async () => {
      for (const StreamName of [unknown, stream]) {
        const answer = await api.call('GetShardIterator', { StreamName, ShardId, ShardIteratorType: 'LATEST' })
        assertError(answer, 'ResourceNotFoundException', shardDoesNotExist(api, shown, StreamName))
      }
    })
  }

  for (const ShardId of ['2147483648', 'shardId-002147483648', 'ABKLFD8', '2.14E4', 'shardId-', 'shardId-a']) {
    test(`'${ShardId}' could not be found, before the stream is looked for`, async () => {
      for (const StreamName of [unknown, stream]) {
        const answer = await api.call('GetShardIterator', { StreamName, ShardId, ShardIteratorType: 'LATEST' })
        assertError(
          answer,
          'ResourceNotFoundException',
          `Could not find shard ${ShardId} in stream ${StreamName} under account ${api.account}.`,
        )
      }
    })
  }
})

suite('a position', () => {
  const ask = (input: Record<string, unknown>) => api.call('GetShardIterator', { StreamName: stream, ShardId: shardId, ...input })
  const rule =
    'Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. '
  const invalid = (number: string, why = '.') =>
    `StartingSequenceNumber ${number} used in GetShardIterator on shard ${shardId} in stream ${stream} under account ${api.account} is invalid${why}`

  for (const ShardIteratorType of ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER']) {
    test(`${ShardIteratorType} needs a sequence number`, async () => {
      const text = `${rule}Request specified ${ShardIteratorType} and no StartingSequenceNumber.`
      assertError(await ask({ ShardIteratorType }), 'InvalidArgumentException', text)
    })
  }

  for (const ShardIteratorType of types) {
    test(`${ShardIteratorType} takes no sequence number`, async () => {
      const text = `${rule}Request specified ${ShardIteratorType} and also a StartingSequenceNumber.`
      assertError(await ask({ ShardIteratorType, StartingSequenceNumber: '5' }), 'InvalidArgumentException', text)
    })
  }

  const refused: [title: string, number: string, message: string | RegExp][] = [
    [
      'of another shard',
      '5',
      `Invalid StartingSequenceNumber. It encodes shardId-000000000005, while it was used in a call to a shard with ${shardId}`,
    ],
    [
      'of a negative shard',
      fromHex('20000000000000000000000000000000000000800000002'),
      `Invalid StartingSequenceNumber. It encodes shardId--02147483648, while it was used in a call to a shard with ${shardId}`,
    ],
    ['of nothing', '0', /./],
    ['of a date too large', fromHex('13bb2cc3d80000000000000000000000'), invalid('26227199374822427428162556223570313216')],
    [
      'with a negative counter',
      fromHex('20000000000800000000000000000000000000000000002'),
      invalid(fromHex('20000000000800000000000000000000000000000000002')),
    ],
    ['of no version', '9'.repeat(60), invalid('9'.repeat(60))],
  ]
  for (const [title, StartingSequenceNumber, message] of refused) {
    test(`may not be a sequence number ${title}`, async () => {
      for (const ShardIteratorType of ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER']) {
        assertError(await ask({ ShardIteratorType, StartingSequenceNumber }), 'InvalidArgumentException', message)
      }
    })
  }

  test('may not be the sequence number of another stream', async () => {
    await sleep(1100)
    const other = await createStream(api, { ShardCount: 1 })
    const { SequenceNumber } = await api.ok('PutRecord', { StreamName: other, PartitionKey: 'a', Data: '' })
    const answer = await ask({ ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: SequenceNumber })
    assertError(answer, 'InvalidArgumentException', invalid(SequenceNumber, ' because it did not come from this stream.'))
  })

  test('may not be the sequence number of another shard of the same stream', async () => {
    const { SequenceNumber } = await api.ok('PutRecord', { StreamName: stream, PartitionKey: 'b', Data: '' })
    const text = `Invalid StartingSequenceNumber. It encodes shardId-000000000001, while it was used in a call to a shard with ${shardId}`
    assertError(
      await ask({ ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: SequenceNumber }),
      'InvalidArgumentException',
      text,
    )
  })

  test('AT_TIMESTAMP needs a time', async () => {
    const text =
      'Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.'
    assertError(await ask({ ShardIteratorType: 'AT_TIMESTAMP' }), 'InvalidArgumentException', text)
  })

  test('AT_TIMESTAMP may not be in the future', async () => {
    const Timestamp = Math.floor(Date.now() / 1000) + 60
    const text = new RegExp(
      `^The timestampInMillis parameter cannot be greater than the currentTimestampInMillis\\. timestampInMillis: ${Timestamp}000, currentTimestampInMillis: \\d{13}$`,
    )
    assertError(await ask({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp }), 'InvalidArgumentException', text)
  })
})

suite('an iterator of a stream that is gone', () => {
  test('finds its shard no more, also when a stream of that name is there again', async () => {
    const name = await createStream(api, { ShardCount: 2 })
    const iterators = await Promise.all(['0', '1'].map((ShardId) => iterator(api, name, { ShardId })))
    const assertGone = async () => {
      for (const [i, ShardIterator] of iterators.entries()) {
        const text = shardDoesNotExist(api, `shardId-00000000000${i}`, name)
        assertError(await api.call('GetRecords', { ShardIterator }), 'ResourceNotFoundException', text)
      }
    }
    await api.ok('DeleteStream', { StreamName: name })
    await gone(api, name)
    await assertGone()
    await createStream(api, { StreamName: name, ShardCount: 1 })
    await assertGone()
  })
})

suite('a region of any name', () => {
  const regional = (region: string) => new Kinesis(api.endpoint, region)

  test('that AWS could have has iterators, whatever the length of the stream’s name', async () => {
    const other = regional(`e2e-${'r'.repeat(56)}`)
    for (const length of [1, 13, 14, 128]) {
      const stream = await createStream(other, { StreamName: 's'.repeat(length), ShardCount: 1 })
      assert.deepEqual(await readAll(other, await iterator(other, stream)), [])
    }
  })

  test('that is longer is no region', async () => {
    const region = 'r'.repeat(61)
    const answer = await regional(region).call('ListStreams', {})
    assertError(answer, 'InvalidSignatureException', `Credential should be scoped to a valid region, not '${region}'. `)
  })
})
