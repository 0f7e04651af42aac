import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, suite, test } from 'node:test'
import { registerConsumer } from './client/consumers.js'
import { endpointOf } from './client/endpoint.js'
import { Http2Kinesis } from './client/http2.js'
import { freshRegion, Kinesis } from './client/kinesis.js'
import { noServerOfOwn, Standalone } from './client/standalone.js'
import { createStream, iterator, until } from './client/streams.js'
import { Wire } from './client/wire.js'

const mib = 1024 * 1024
const responseBytesMax = 64 * mib
const shards = 8
/** Of a shard: a page of ten mebibytes, and more. */
const recordsOfShard = 11

/** Streams of HTTP/2 whose client takes nothing, and asks anew as long as the test lasts. */
class Stalled {
  private isOver = false
  answered = 0
  /** Of those that were served, to make room for others. */
  pressedOut = 0

  ask(h2: Http2Kinesis, operation: string, input: unknown): void {
    const stream = h2.begin(operation, input)
    let isServed = false
    stream.on('response', ({ ':status': status }) => {
      this.answered++
      isServed = status === 200
    })
    stream.on('close', () => {
      if (isServed) this.pressedOut++
      if (!this.isOver && !h2.session.destroyed) setTimeout(() => this.ask(h2, operation, input), 20)
    })
  }

  end(connections: readonly Http2Kinesis[]): void {
    this.isOver = true
    for (const { session } of connections) session.destroy()
  }
}

suite('among hundreds of readers who take nothing', { skip: noServerOfOwn }, async () => {
  const own = await Standalone.start({ MILLRACE_RESPONSE_BYTES_MAX: String(responseBytesMax) })
  after(() => own.remove())
  const api = new Kinesis(endpointOf(own), freshRegion())
  const StreamName = await createStream(api, { ShardCount: shards })
  const hashKeyOf = (shard: number) => String((BigInt(shard) * (1n << 128n)) / BigInt(shards) + 7n)
  const Data = Buffer.alloc(mib - 64, 'x').toString('base64')
  for (let i = 0; i < recordsOfShard; i++) {
    const records = Array.from({ length: shards }, (_, shard) => ({ PartitionKey: 'k', ExplicitHashKey: hashKeyOf(shard), Data }))
    await api.ok('PutRecords', { StreamName, Records: records })
  }
  const iterators = await Promise.all(
    Array.from({ length: shards }, (_, shard) => iterator(api, StreamName, { ShardId: String(shard) })),
  )
  const page = (i: number) => ({ ShardIterator: iterators[i % shards] })

  const residentBytes = async () => {
    const { text } = await api.send({ method: 'GET', target: '/metrics', sign: false })
    return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1])
  }

  /** Clients ask again what was refused as worth it. */
  const readAsStranger = async (i: number) => {
    const answer = await until(
      () => api.call('GetRecords', page(i)),
      ({ status }) => status === 200,
    )
    assert.ok(answer.body.Records.length > 0)
  }

  test('of one connection, others are answered while it holds what it does not take', async () => {
    const before = await residentBytes()
    const h2 = await Http2Kinesis.openStalled(api)
    const stalled = new Stalled()
    for (let i = 0; i < 200; i++) stalled.ask(h2, 'GetRecords', page(i))
    await until(async () => stalled.answered, Boolean)
    for (let i = 0; i < 10; i++) assert.equal((await api.call('GetRecords', page(i))).status, 200)
    assert.equal(stalled.pressedOut, 0)
    const grownBytes = (await residentBytes()) - before
    assert.ok(grownBytes < 6 * responseBytesMax, `${grownBytes / mib} MiB more for 200 answers`)
    stalled.end([h2])
  })

  test('of a connection each, a reader who has shown that he reads is answered, and a stranger is when he asks again', async () => {
    const before = await residentBytes()
    const reading = await Http2Kinesis.open(api, { kind: 'clear' })
    for (let i = 0; i < 2; i++) assert.equal((await reading.call('GetRecords', page(i))).status, 200)
    const connections = await Promise.all(Array.from({ length: 100 }, () => Http2Kinesis.openStalled(api)))
    const stalled = new Stalled()
    connections.forEach((h2, i) => stalled.ask(h2, 'GetRecords', page(i)))
    await until(async () => stalled.answered, Boolean)
    let whileAllHeld = 0
    for (let i = 0; i < 10; i++) {
      const { pressedOut } = stalled
      assert.equal((await reading.call('GetRecords', page(i))).status, 200)
      if (pressedOut === stalled.pressedOut) whileAllHeld++
    }
    assert.ok(whileAllHeld > 0, 'each answer came by the end of a stalled one')
    await readAsStranger(0)
    const grownBytes = (await residentBytes()) - before
    assert.ok(grownBytes < 6 * responseBytesMax, `${grownBytes / mib} MiB more for 100 answers`)
    stalled.end(connections)
    await reading.close()
  })

  test('over HTTP/1.1, others are answered', async () => {
    const wires = await Promise.all(Array.from({ length: 100 }, () => Wire.open(api.endpoint.url)))
    for (const [i, wire] of wires.entries()) {
      wire.socket.pause()
      for (let request = 0; request < 3; request++) wire.write(api.bytes(api.operation('GetRecords', page(i))))
    }
    for (let i = 0; i < 5; i++) await readAsStranger(i)
    for (const wire of wires) wire.close()
  })

  test('who subscribe, a subscriber is pushed while they hold what they do not take', async () => {
    const consumers: string[] = []
    for (let i = 0; i < 6; i++) consumers.push(await registerConsumer(api, StreamName))
    const h2 = await Http2Kinesis.openStalled(api)
    const stalled = new Stalled()
    const [honest, ...others] = consumers
    const from = (ConsumerARN: unknown, shard: number, Type: string) => {
      return { ConsumerARN, ShardId: String(shard), StartingPosition: { Type } }
    }
    for (let i = 0; i < others.length * shards; i++) {
      stalled.ask(h2, 'SubscribeToShard', from(others[i % others.length], Math.floor(i / others.length), 'TRIM_HORIZON'))
    }
    await until(
      async () => stalled.answered,
      (answered) => answered >= others.length * shards,
    )
    const reading = await Http2Kinesis.open(api, { kind: 'clear' })
    const events = reading.begin('SubscribeToShard', from(honest, 0, 'LATEST'))
    await once(events, 'response')
    const marks = Array.from({ length: 5 }, (_, i) => Buffer.from(`mark ${i}`).toString('base64'))
    let seen = ''
    events.setEncoding('latin1').on('data', (text: string) => (seen += text))
    for (const mark of marks) {
      await api.ok('PutRecord', { StreamName, PartitionKey: 'k', ExplicitHashKey: hashKeyOf(0), Data: mark })
      await until(
        async () => seen.includes(mark),
        (isSeen) => isSeen,
      )
    }
    assert.equal(stalled.pressedOut, 0)
    stalled.end([h2])
    reading.session.destroy()
  })
})
