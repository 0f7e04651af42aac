import assert from 'node:assert/strict'
import { claim } from './chapter.js'
import { appended, batchOf, limit, newStreamId, start, textsOf } from './records.js'
import type { StoreUnderTest } from './store-under-test.js'

export function trimming(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  claim(name, makeStore, 'shows nothing that arrived before the trim point', async ({ store, shard }) => {
    for (const at of [1000, 2000, 3000]) await appended(store, batchOf(shard, [`${at}`], at))
    store.trim(shard, 2000)
    const page = await store.read(shard, start, limit)
    assert.deepEqual(textsOf(page.batches), ['2000', '3000'])
    assert.equal((await store.open(shard)).trimOffset, page.batches[0]?.baseOffset)
    const early = await store.read(shard, { kind: 'timestamp', arrivalMs: 0 }, limit)
    assert.deepEqual(textsOf(early.batches), ['2000', '3000'])
  })

  claim(name, makeStore, 'never moves the trim point back', async ({ store, shard }) => {
    for (const at of [1000, 2000, 3000]) await appended(store, batchOf(shard, [`${at}`], at))
    store.trim(shard, 3000)
    store.trim(shard, 1000)
    assert.deepEqual(textsOf((await store.read(shard, start, limit)).batches), ['3000'])
  })

  claim(name, makeStore, 'goes on with higher offsets when all is trimmed', async ({ store, shard }) => {
    const { baseOffset } = await appended(store, batchOf(shard, ['a', 'b'], 1000))
    store.trim(shard, 1001)
    const state = await store.open(shard)
    assert.equal(state.trimOffset, state.nextOffset)
    assert.ok(state.nextOffset >= baseOffset + 2)
    const next = await appended(store, batchOf(shard, ['c'], 2000))
    assert.ok(next.baseOffset >= state.nextOffset)
    assert.deepEqual(textsOf((await store.read(shard, start, limit)).batches), ['c'])
  })

  claim(name, makeStore, 'has nothing of a deleted stream and all of the others', async ({ store, shard }) => {
    const other = { streamId: newStreamId(), shard: 0 }
    for (const key of [shard, { ...shard, shard: 1 }, other]) await appended(store, batchOf(key, ['a']))
    assert.deepEqual(new Set(store.streams()), new Set([shard.streamId, other.streamId]))
    store.deleteStream(shard.streamId)
    assert.deepEqual(store.streams(), [other.streamId])
    assert.deepEqual((await store.read(shard, start, limit)).batches, [])
    assert.deepEqual(textsOf((await store.read(other, start, limit)).batches), ['a'])
    assert.deepEqual(await store.append(batchOf(shard, ['b'])), { kind: 'sealed' })
  })
}
