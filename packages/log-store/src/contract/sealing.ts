import assert from 'node:assert/strict'
import { claim } from './chapter.js'
import { appended, batchOf, limit, start, textsOf } from './records.js'
import type { StoreUnderTest } from './store-under-test.js'

export function sealing(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  claim(name, makeStore, 'takes no record after the shard is closed, and shows all from before', async ({ store, shard }) => {
    const { baseOffset } = await appended(store, batchOf(shard, ['a', 'b']))
    const { endOffset } = await store.seal(shard)
    assert.ok(endOffset >= baseOffset + 2)
    assert.deepEqual(await store.append(batchOf(shard, ['c'])), { kind: 'sealed' })
    const page = await store.read(shard, start, limit)
    assert.deepEqual(textsOf(page.batches), ['a', 'b'])
    assert.equal(page.sealed, true)
    assert.equal(page.nextOffset, endOffset)
    assert.equal((await store.open(shard)).sealed, true)
  })

  claim(name, makeStore, 'closes a shard again without moving its end', async ({ store, shard }) => {
    await appended(store, batchOf(shard, ['a']))
    const [first, second] = await Promise.all([store.seal(shard), store.seal(shard)])
    assert.deepEqual(second, first)
    assert.deepEqual(await store.seal(shard), first)
  })

  claim(name, makeStore, 'closes a shard that nobody has written to', async ({ store, shard }) => {
    assert.deepEqual(await store.seal(shard), { endOffset: 0 })
    assert.deepEqual(await store.append(batchOf(shard, ['a'])), { kind: 'sealed' })
  })

  claim(name, makeStore, 'leaves the other shards of a stream open', async ({ store, shard }) => {
    await store.seal(shard)
    await appended(store, batchOf({ ...shard, shard: 1 }, ['a']))
  })

  claim(
    name,
    makeStore,
    'has every append of a race with the seal either before the end or refused',
    async ({ store, shard }) => {
      const race = []
      for (let i = 0; i < 20; i++) race.push(store.append(batchOf(shard, [`${i}`])))
      const sealed = store.seal(shard)
      for (let i = 20; i < 40; i++) race.push(store.append(batchOf(shard, [`${i}`])))
      const outcomes = await Promise.all(race)
      const { endOffset } = await sealed
      const taken: string[] = []
      for (const [i, outcome] of outcomes.entries()) {
        if (outcome.kind !== 'appended') continue
        assert.ok(outcome.baseOffset < endOffset)
        taken.push(`${i}`)
      }
      const page = await store.read(shard, start, limit)
      assert.deepEqual(textsOf(page.batches), taken)
      assert.deepEqual(outcomes[39], { kind: 'sealed' })
    },
  )
}
