import assert from 'node:assert/strict'
import type { ShardKey } from '@millrace/model'
import type { LogStore, ReadLimit } from '../log-store.js'
import { claim } from './chapter.js'
import { appended, batchOf, blockOf, limit, start, textsOf } from './records.js'
import type { StoreUnderTest } from './store-under-test.js'

/** Reads from the start to the end, page by page. */
async function readAll(store: LogStore, shard: ShardKey, pageLimit: ReadLimit): Promise<string[]> {
  const texts: string[] = []
  for (let offset = 0; ; ) {
    const page = await store.read(shard, { kind: 'offset', offset }, pageLimit)
    texts.push(...textsOf(page.batches))
    if (page.nextOffset >= page.endOffset) return texts
    assert.ok(page.nextOffset > offset, 'a page that is not the last moves on')
    offset = page.nextOffset
  }
}

export function reading(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  claim(name, makeStore, 'reads an empty page at the end, with the end and the last arrival', async ({ store, shard }) => {
    const before = await store.read(shard, start, limit)
    assert.deepEqual(before, { batches: [], nextOffset: 0, endOffset: 0, lastArrivalMs: 0, sealed: false })
    await appended(store, batchOf(shard, ['a', 'b'], 7000))
    const { nextOffset } = await store.open(shard)
    const page = await store.read(shard, { kind: 'offset', offset: nextOffset }, limit)
    assert.deepEqual(page, { batches: [], nextOffset, endOffset: nextOffset, lastArrivalMs: 7000, sealed: false })
  })

  claim(name, makeStore, 'gives back the very bytes that were appended', async ({ store, shard }) => {
    const batch = batchOf(shard, ['', 'é€', 'x'.repeat(100_000)])
    const { baseOffset } = await appended(store, batch)
    const page = await store.read(shard, start, limit)
    assert.deepEqual(page.batches, [
      { baseOffset, recordCount: 3, arrivalMs: 1000, records: blockOf('', 'é€', 'x'.repeat(100_000)), skip: 0 },
    ])
  })

  claim(name, makeStore, 'begins in the middle of a batch with exactly the block from there on', async ({ store, shard }) => {
    const { baseOffset } = await appended(store, batchOf(shard, ['a', 'bb', 'ccc']))
    const page = await store.read(shard, { kind: 'offset', offset: baseOffset + 1 }, limit)
    assert.equal(page.batches.length, 1)
    assert.equal(page.batches[0]?.baseOffset, baseOffset + 1)
    assert.deepEqual(page.batches[0]?.records, blockOf('bb', 'ccc'))
  })

  claim(name, makeStore, 'ends a page after recordsMax records', async ({ store, shard }) => {
    const { baseOffset } = await appended(store, batchOf(shard, ['a', 'b', 'c']))
    await appended(store, batchOf(shard, ['d', 'e']))
    const page = await store.read(shard, { kind: 'offset', offset: baseOffset + 1 }, { ...limit, recordsMax: 3 })
    assert.deepEqual(textsOf(page.batches), ['b', 'c', 'd'])
    const rest = await store.read(shard, { kind: 'offset', offset: page.nextOffset }, limit)
    assert.deepEqual(textsOf(rest.batches), ['e'])
  })

  claim(name, makeStore, 'ends a page before the record that would pass bytesMax', async ({ store, shard }) => {
    await appended(store, batchOf(shard, ['aaaa', 'bbbb', 'cccc']))
    const bytesMax = blockOf('aaaa', 'bbbb').length + 1
    const page = await store.read(shard, start, { recordsMax: 100, bytesMax })
    assert.deepEqual(textsOf(page.batches), ['aaaa', 'bbbb'])
  })

  claim(name, makeStore, 'takes one record whatever its size', async ({ store, shard }) => {
    await appended(store, batchOf(shard, ['a'.repeat(50_000), 'b']))
    const page = await store.read(shard, start, { recordsMax: 100, bytesMax: 10 })
    assert.deepEqual(textsOf(page.batches), ['a'.repeat(50_000)])
  })

  claim(name, makeStore, 'reads every record once, in order, whatever the size of the pages', async ({ store, shard }) => {
    const texts = Array.from({ length: 300 }, (_, i) => `record ${i} ${'.'.repeat((i * 37) % 400)}`)
    for (let i = 0; i < texts.length; i += 7) await appended(store, batchOf(shard, texts.slice(i, i + 7), 1000 + i))
    for (const pageLimit of [
      limit,
      { recordsMax: 1, bytesMax: 1 },
      { recordsMax: 10, bytesMax: 1e6 },
      { recordsMax: 1e4, bytesMax: 1111 },
    ]) {
      assert.deepEqual(await readAll(store, shard, pageLimit), texts)
    }
  })

  claim(name, makeStore, 'begins at the first record that arrived at or after a time', async ({ store, shard }) => {
    for (const at of [1000, 2000, 2000, 3000]) await appended(store, batchOf(shard, [`${at}`], at))
    const from = async (arrivalMs: number) => textsOf((await store.read(shard, { kind: 'timestamp', arrivalMs }, limit)).batches)
    assert.deepEqual(await from(0), ['1000', '2000', '2000', '3000'])
    assert.deepEqual(await from(1001), ['2000', '2000', '3000'])
    assert.deepEqual(await from(2000), ['2000', '2000', '3000'])
    assert.deepEqual(await from(3000), ['3000'])
    assert.deepEqual(await from(3001), [])
  })

  claim(name, makeStore, 'hands out encrypted batches whole, with the records to skip', async ({ store, shard }) => {
    const encryption = { type: 1, dataKeyId: 77, nonce: Buffer.from('0123456789ab'), tag: Buffer.from('0123456789abcdef') }
    const records = Buffer.from('no record block: ciphertext')
    const { baseOffset } = await appended(store, { shard, records, recordCount: 5, nowMs: 1, retention: 'day', encryption })
    const page = await store.read(shard, { kind: 'offset', offset: baseOffset + 3 }, limit)
    assert.equal(page.batches.length, 1)
    const [batch] = page.batches
    assert.equal(batch?.baseOffset, baseOffset)
    assert.equal(batch?.recordCount, 5)
    assert.equal(batch?.skip, 3)
    assert.deepEqual(batch?.records, records)
    assert.deepEqual(
      { ...batch?.encryption, nonce: batch?.encryption?.nonce.toString(), tag: batch?.encryption?.tag.toString() },
      {
        type: 1,
        dataKeyId: 77,
        nonce: '0123456789ab',
        tag: '0123456789abcdef',
      },
    )
  })
}
