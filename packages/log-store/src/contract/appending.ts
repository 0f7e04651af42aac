import assert from 'node:assert/strict'
import { claim } from './chapter.js'
import { appended, batchOf, limit, newStreamId, start, textsOf } from './records.js'
import type { StoreUnderTest } from './store-under-test.js'

export function appending(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  claim(name, makeStore, 'begins a shard that was never written at offset 0', async ({ store, shard }) => {
    assert.deepEqual(await store.open(shard), { nextOffset: 0, trimOffset: 0, lastArrivalMs: 0, sealed: false })
  })

  claim(name, makeStore, 'gives rising offsets, one for each record', async ({ store, shard }) => {
    await store.open(shard)
    const first = await appended(store, batchOf(shard, ['a', 'b', 'c']))
    const second = await appended(store, batchOf(shard, ['d']))
    assert.ok(second.baseOffset >= first.baseOffset + 3)
    const state = await store.open(shard)
    assert.ok(state.nextOffset >= second.baseOffset + 1)
  })

  claim(name, makeStore, 'never lets arrival time go back', async ({ store, shard }) => {
    assert.equal((await appended(store, batchOf(shard, ['a'], 5000))).arrivalMs, 5000)
    assert.equal((await appended(store, batchOf(shard, ['b'], 4000))).arrivalMs, 5000)
    assert.equal((await appended(store, batchOf(shard, ['c'], 6000))).arrivalMs, 6000)
    assert.equal((await store.open(shard)).lastArrivalMs, 6000)
  })

  claim(name, makeStore, 'acknowledges concurrent appends in the order of their offsets', async ({ store, shard }) => {
    const order: number[] = []
    const appends = Array.from({ length: 50 }, async (_, i) => {
      const outcome = await appended(store, batchOf(shard, [`${i}`, `${i}'`]))
      order.push(outcome.baseOffset)
      return outcome.baseOffset
    })
    const offsets = await Promise.all(appends)
    assert.equal(new Set(offsets).size, 50)
    assert.deepEqual(
      order,
      [...offsets].sort((a, b) => a - b),
    )
  })

  claim(name, makeStore, 'keeps the shards of a stream and of other streams apart', async ({ store, shard }) => {
    const shards = [shard, { ...shard, shard: 1 }, { streamId: newStreamId(), shard: 0 }]
    await Promise.all(shards.map((key, i) => appended(store, batchOf(key, [`${i}`]))))
    for (const [i, key] of shards.entries()) {
      assert.deepEqual(textsOf((await store.read(key, start, limit)).batches), [`${i}`])
    }
  })

  claim(name, makeStore, 'takes batches of every retention class in one shard, in order', async ({ store, shard }) => {
    const classes = ['day', 'week', 'long', 'day', 'week'] as const
    await Promise.all(classes.map((retention, i) => appended(store, { ...batchOf(shard, [`${i}`]), retention })))
    for (const retention of classes) await appended(store, { ...batchOf(shard, [retention]), retention })
    const page = await store.read(shard, start, limit)
    assert.deepEqual(textsOf(page.batches), ['0', '1', '2', '3', '4', ...classes])
  })
}
