import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AnswerRoom, ByteBudget } from '@millrace/aws-wire'
import { limits } from '@millrace/model'
import type { ShardPage, SubscriptionStep } from '@millrace/streams'
import { PushReaders } from './push-readers.js'
import { Subscription } from './subscription.js'

const mib = 1024 * 1024

/** A shard that is far ahead of its subscribers: each page is a whole event. */
class Backlog {
  nowMs = 0
  private lastId = 0
  readonly budget = new ByteBudget(ByteBudget.allocate(32 * mib))
  readonly readers = new PushReaders()
  private readonly room = new AnswerRoom(this.budget)
  /** Pages that were made; none is taken before its reader comes back. */
  pages = 0

  subscribe(connection: number): Subscription {
    const page = (offset: number): ShardPage => {
      this.pages++
      const records = Buffer.alloc(limits.subscriptionEventBytesMax)
      const batch = { baseOffset: offset, recordCount: 1, arrivalMs: 0, records, encrypted: false }
      return { kind: 'page', batches: [batch], nextOffset: offset + 1, lastArrivalMs: 0, millisBehindLatest: 0, atEnd: false }
    }
    const shard = {
      nextOffset: 1e6,
      sealed: false,
      pageFrom: (from: { kind: string; offset?: number }) => page(from.offset ?? 0),
    }
    return new Subscription(
      {
        id: ++this.lastId,
        shard,
        room: this.room,
        reader: this.readers.join(connection),
        nowMs: () => this.nowMs,
        endMs: Number.POSITIVE_INFINITY,
        rate: undefined,
        onEnd: () => this.readers.leave(connection),
      },
      { kind: 'offset', offset: 0 },
    )
  }

  /** Subscribers of one connection who take nothing of their first event: as the listener counts it. */
  async stall(connection: number, count: number): Promise<Subscription[]> {
    const stalled = Array.from({ length: count }, () => this.subscribe(connection))
    for (const subscription of stalled) {
      void subscription.next().then((step) => step.kind === 'page' && this.budget.add(mib))
      await turns(3)
    }
    return stalled
  }
}

function turns(count: number): Promise<void> {
  return count === 0 ? Promise.resolve() : new Promise((resolve) => setImmediate(() => resolve(turns(count - 1))))
}

const kindOf = ({ kind }: SubscriptionStep) => kind

test('a connection with hundreds of subscribers who take nothing holds a part of the room, and another is pushed at once', async () => {
  const backlog = new Backlog()
  const stalled = await backlog.stall(1, 300)
  assert.ok(backlog.pages >= 5 && backlog.budget.usedBytes <= 18 * mib, `${backlog.pages} pages`)
  const reading = backlog.subscribe(2)
  const held = backlog.pages
  for (let i = 0; i < 50; i++) assert.equal(kindOf(await reading.next()), 'page')
  assert.equal(backlog.pages - held, 50)
  for (const subscription of stalled) subscription.end('left')
})

test('whoever has come back for more for a while is pushed, however many strangers take nothing', async () => {
  const backlog = new Backlog()
  const reading = backlog.subscribe(0)
  await reading.next()
  backlog.nowMs = 10_000
  assert.equal(kindOf(await reading.next()), 'page')
  const stalled = (await Promise.all(Array.from({ length: 100 }, (_, i) => backlog.stall(i + 1, 1)))).flat()
  backlog.nowMs += 1_000
  for (const subscription of stalled) subscription.tick()
  assert.ok(backlog.budget.usedBytes <= 24 * mib, `${backlog.budget.usedBytes} bytes`)
  for (let i = 0; i < 50; i++) assert.equal(kindOf(await reading.next()), 'page')
  for (const subscription of stalled) subscription.end('left')
})

test('a page counts until its reader is back, or the lane that sends it has had the time to count it', async () => {
  const backlog = new Backlog()
  const reading = backlog.subscribe(1)
  await reading.next()
  assert.equal(backlog.budget.usedBytes, mib)
  reading.tick()
  assert.equal(backlog.budget.usedBytes, mib)
  backlog.nowMs += 1_000
  reading.tick()
  assert.equal(backlog.budget.usedBytes, 0)
  await reading.next()
  assert.equal(backlog.budget.usedBytes, mib)
  const another = reading.next()
  assert.equal(backlog.budget.usedBytes, 1_398_102)
  await another
  reading.end('left')
  assert.equal(backlog.budget.usedBytes, 0)
})

test('nothing is held or known of connections whose subscriptions have ended', async () => {
  const backlog = new Backlog()
  const reader = backlog.readers.join(1)
  const stalled = await backlog.stall(1, 3)
  assert.equal(reader.heldBytes, 3 * limits.subscriptionEventBytesMax)
  for (const subscription of stalled) subscription.end('left')
  assert.deepEqual([reader.heldBytes, reader.isGone, backlog.readers.count], [0, false, 1])
  backlog.readers.leave(1)
  assert.deepEqual([reader.isGone, backlog.readers.count], [true, 0])
})
