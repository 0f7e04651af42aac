import assert from 'node:assert/strict'
import type { LogBatch } from '../log-store.js'
import { claim } from './chapter.js'
import { appended, batchOf, limit, textsOf } from './records.js'
import type { StoreUnderTest } from './store-under-test.js'

export function following(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  claim(name, makeStore, 'feeds a follower every batch once, in order, when it can be read', async ({ store, shard }) => {
    await appended(store, batchOf(shard, ['before']))
    const { nextOffset } = await store.open(shard)
    const followed: LogBatch[] = []
    store.follow(shard, (batch) => followed.push(batch))
    await Promise.all(Array.from({ length: 20 }, (_, i) => appended(store, batchOf(shard, [`${i}`, `${i}'`], 1000 + i))))
    await appended(store, batchOf({ ...shard, shard: 1 }, ['of another shard']))
    const page = await store.read(shard, { kind: 'offset', offset: nextOffset }, limit)
    assert.deepEqual(followed, page.batches)
  })

  claim(
    name,
    makeStore,
    'stops feeding a follower that has ended, and goes on feeding one that took over before',
    async (world) => {
      const { store, shard } = world
      const taken: LogBatch[] = []
      const followed: LogBatch[] = []
      const endTaken = store.follow(shard, (batch) => taken.push(batch))
      const end = store.follow(shard, (batch) => followed.push(batch))
      endTaken()
      await appended(store, batchOf(shard, ['a']))
      await store.read(shard, { kind: 'offset', offset: 0 }, limit)
      end()
      await appended(store, batchOf(shard, ['b']))
      assert.deepEqual([textsOf(taken), textsOf(followed)], [[], ['a']])
    },
  )
}
