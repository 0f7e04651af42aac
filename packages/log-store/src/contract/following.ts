import assert from 'node:assert/strict'
import type { LogBatch } from '../log-store.js'
import { claim } from './chapter.js'
import type { StoreUnderTest } from './index.js'
import { appended, batchOf, limit, textsOf } from './records.js'

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

  claim(name, makeStore, 'stops feeding after unfollow', async ({ store, shard }) => {
    const followed: LogBatch[] = []
    store.follow(shard, (batch) => followed.push(batch))
    await appended(store, batchOf(shard, ['a']))
    await store.read(shard, { kind: 'offset', offset: 0 }, limit)
    store.unfollow(shard)
    await appended(store, batchOf(shard, ['b']))
    assert.deepEqual(textsOf(followed), ['a'])
  })
}
