import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AppendBatch, type LogStore, MemoryLogStore, type ReadLimit, type ReadPosition } from '@millrace/log-store'
import { blockOf, textsOf } from '@millrace/log-store/contract'
import type { ShardKey, StreamId } from '@millrace/model'
import { type DataKeyEntry, ShardMap } from '@millrace/streams'
import fc from 'fast-check'
import { EncryptedLog } from './encrypted-log.js'
import { StreamKeys } from './stream-keys.js'

const shard: ShardKey = { streamId: 'a'.repeat(32) as StreamId, shard: 3 }
const everything = { recordsMax: 1e6, bytesMax: 1e9 }
const start: ReadPosition = { kind: 'offset', offset: 0 }

class Keys {
  private readonly keys: DataKeyEntry[] = [1, 2].map((id) => ({ id, key: new Uint8Array(32).fill(id) }))
  /** 0: nothing is encrypted. */
  dataKeyId = 1

  current(): DataKeyEntry | undefined {
    return this.dataKeyId === 0 ? undefined : this.byId(shard.streamId, this.dataKeyId)
  }

  byId(_: StreamId, dataKeyId: number): DataKeyEntry {
    const found = this.keys.find(({ id }) => id === dataKeyId)
    if (!found) throw new Error('the key is away')
    return found
  }
}

function world() {
  const [keys, disk, damaged] = [new Keys(), new MemoryLogStore(), [] as number[]]
  return { keys, disk, damaged, log: new EncryptedLog(disk, keys, (_, offset) => damaged.push(offset)) }
}

function batchOf(texts: readonly string[], nowMs = 1): AppendBatch {
  return { shard, records: blockOf(...texts), recordCount: texts.length, nowMs, retention: 'day' }
}

/** Reads on to the end; each page within its limit, which the first record of a page may pass. */
async function readOn(log: LogStore, from: ReadPosition, limit: ReadLimit): Promise<{ offset: number; text: string }[]> {
  const read: { offset: number; text: string }[] = []
  for (let next = from; ; ) {
    const { batches, nextOffset, endOffset } = await log.read(shard, next, limit)
    const records = batches.flatMap((batch) => textsOf([batch]).map((text, i) => ({ offset: batch.baseOffset + i, text })))
    assert.ok(records.length <= limit.recordsMax)
    assert.ok(records.length === 1 || batches.reduce((sum, { records: { length } }) => sum + length, 0) <= limit.bytesMax)
    read.push(...records)
    if (nextOffset >= endOffset) return read
    assert.ok(records.length > 0, 'a page that is not the last moves on')
    next = { kind: 'offset', offset: nextOffset }
  }
}

test('a log that encrypts gives the same records as one that does not, whatever is encrypted of it', async () => {
  const batches = fc.array(
    fc.record({ dataKeyId: fc.nat(2), texts: fc.array(fc.string({ maxLength: 40 }), { minLength: 1, maxLength: 6 }) }),
    { maxLength: 8 },
  )
  const limits = fc.record({ recordsMax: fc.integer({ min: 1, max: 12 }), bytesMax: fc.integer({ min: 1, max: 400 }) })
  const positions = fc.oneof(
    fc.record({ kind: fc.constant('offset' as const), offset: fc.nat(30) }),
    fc.record({ kind: fc.constant('timestamp' as const), arrivalMs: fc.nat(10) }),
  )
  await fc.assert(
    fc.asyncProperty(batches, positions, limits, async (appended, from, limit) => {
      const { log, keys } = world()
      const plain = new MemoryLogStore()
      for (const [i, { dataKeyId, texts }] of appended.entries()) {
        keys.dataKeyId = dataKeyId
        const told = dataKeyId === 0 ? {} : { encrypted: true }
        assert.deepEqual(await log.append(batchOf(texts, i)), { ...(await plain.append(batchOf(texts, i))), ...told })
      }
      assert.deepEqual(await readOn(log, from, limit), await readOn(plain, from, limit))
    }),
  )
})

test('records are marked that were stored encrypted; those from before and from after are not', async () => {
  const { log, keys } = world()
  for (const dataKeyId of [0, 1, 2, 0]) {
    keys.dataKeyId = dataKeyId
    await log.append(batchOf([`key ${dataKeyId}`]))
  }
  const { batches } = await log.read(shard, start, everything)
  assert.deepEqual(
    batches.map(({ decrypted }) => decrypted),
    [undefined, true, true, undefined],
  )
  assert.deepEqual(textsOf(batches), ['key 0', 'key 1', 'key 2', 'key 0'])
})

test('what is stored of an encrypted batch is not its records, nor twice the same', async () => {
  const { log, disk } = world()
  await log.append(batchOf(['a secret']))
  await log.append(batchOf(['a secret']))
  const { batches } = await disk.read(shard, start, everything)
  const [first, second] = batches.map(({ records }) => records)
  assert.equal(first?.indexOf('secret'), -1)
  assert.notDeepEqual(first, second)
  assert.notDeepEqual(batches[0]?.encryption?.nonce, batches[1]?.encryption?.nonce)
})

test('a follower is fed clear records', async () => {
  const { log } = world()
  const fed: string[] = []
  log.follow(shard, (batch) => fed.push(...textsOf([batch])))
  await log.append(batchOf(['a', 'b']))
  assert.deepEqual(fed, ['a', 'b'])
})

test('where the key is away, an append is refused and stores nothing', async () => {
  const { log, disk, keys } = world()
  keys.dataKeyId = 9
  assert.deepEqual(await log.append(batchOf(['a'])), { kind: 'failed', outcome: 'none', reason: 'the key is away' })
  assert.equal((await disk.open(shard)).nextOffset, 0)
})

test('of a stream that the map does not have nothing is stored, as nobody can say whether it is encrypted', async () => {
  const disk = new MemoryLogStore()
  const log = new EncryptedLog(disk, new StreamKeys(new ShardMap()), () => {})
  assert.equal((await log.append(batchOf(['a']))).kind, 'failed')
  assert.deepEqual(disk.streams(), [])
})

test('a batch that was changed, or put in another shard, is left out and told of', async () => {
  const { log, disk, damaged } = world()
  await log.append(batchOf(['first']))
  await log.append(batchOf(['second']))
  const [first, second] = (await disk.read(shard, start, everything)).batches
  assert.ok(first && second)
  first.records[9] = (first.records[9] ?? 0) ^ 1
  assert.deepEqual(textsOf((await log.read(shard, start, everything)).batches), ['second'])
  assert.deepEqual(damaged, [0])

  const other = { ...shard, shard: 4 }
  const { records, recordCount, encryption } = second
  await disk.append({ shard: other, records, recordCount, nowMs: 1, retention: 'day', ...(encryption && { encryption }) })
  assert.deepEqual((await log.read(other, start, everything)).batches, [])
  assert.deepEqual(damaged, [0, 0])
})
