import assert from 'node:assert/strict'
import { claim } from './chapter.js'
import { appended, batchOf, limit, newStreamId, start, textsOf } from './records.js'
import type { DurableStoreUnderTest } from './store-under-test.js'

/** Claims about what is left after a restart. */
export function restarting(name: string, makeStore: () => Promise<DurableStoreUnderTest>): void {
  claim(
    name,
    makeStore,
    'has records, ends, seals and trim points again after a restart',
    async ({ store, shard, underTest }) => {
      const sealed = { ...shard, shard: 1 }
      const trimmed = { ...shard, shard: 2 }
      for (const key of [shard, sealed, trimmed])
        for (const at of [1000, 2000]) await appended(store, batchOf(key, [`${at}`], at))
      await store.seal(sealed)
      store.trim(trimmed, 2000)
      const before = await Promise.all([shard, sealed, trimmed].map((key) => store.open(key)))
      const again = await underTest.reopen()
      assert.deepEqual(await Promise.all([shard, sealed, trimmed].map((key) => again.open(key))), before)
      assert.deepEqual(textsOf((await again.read(shard, start, limit)).batches), ['1000', '2000'])
      assert.deepEqual(textsOf((await again.read(trimmed, start, limit)).batches), ['2000'])
      assert.deepEqual(await again.append(batchOf(sealed, ['c'])), { kind: 'sealed' })
    },
  )

  claim(
    name,
    makeStore,
    'gives no offset twice across restarts, also when all is trimmed',
    async ({ store, shard, underTest }) => {
      const first = await appended(store, batchOf(shard, ['a', 'b'], 5000))
      store.trim(shard, 6000)
      const again = await underTest.reopen()
      const second = await appended(again, batchOf(shard, ['c'], 4000))
      assert.ok(second.baseOffset >= first.baseOffset + 2)
      assert.equal(second.arrivalMs, 5000)
    },
  )

  claim(name, makeStore, 'does not bring a deleted stream back', async ({ store, shard, underTest }) => {
    const other = { streamId: newStreamId(), shard: 0 }
    for (const key of [shard, other]) await appended(store, batchOf(key, ['a']))
    store.deleteStream(shard.streamId)
    const again = await underTest.reopen()
    assert.deepEqual(again.streams(), [other.streamId])
  })
}
