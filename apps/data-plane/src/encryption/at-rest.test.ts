import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { blockOf, textsOf } from '@millrace/log-store/contract'
import { LogKeeper, memoryChannel, openLaneLog } from '@millrace/log-store-segment'
import type { ShardKey, StreamId } from '@millrace/model'
import { EncryptedLog } from './encrypted-log.js'

const secret = 'the plaintext of a record'
const shard: ShardKey = { streamId: 'a'.repeat(32) as StreamId, shard: 0 }
const doomed: ShardKey = { streamId: 'b'.repeat(32) as StreamId, shard: 0 }
const dataKey = { id: 1, key: new Uint8Array(32).fill(1) }
const keys = { current: () => dataKey, byId: () => dataKey }

async function openLog(directory: string, clock: { ms: number }) {
  const settings = { segmentBytes: 16_384, segmentAgeMs: 1000, reserveBytes: 0 }
  const opened = await LogKeeper.open({ directory, clock: { nowMs: () => clock.ms }, settings })
  assert.ok(opened.ok)
  const [here, there] = memoryChannel()
  opened.value.attach(here)
  const lane = await openLaneLog({ directory, channel: there, clock: { nowMs: () => clock.ms } })
  const tick = async () => {
    clock.ms += 2000
    await lane.tick()
    await opened.value.tick()
  }
  const close = async () => {
    await lane.close()
    await opened.value.close()
  }
  const log = new EncryptedLog(lane, keys, () => assert.fail('a batch cannot be decrypted'))
  return { log, tick, close, compactions: () => opened.value.figures().compactions }
}

function assertSecret(directory: string): void {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const bytes = files.map((file) => readFileSync(path.join(file.parentPath, file.name)))
  assert.ok(bytes.reduce((sum, { length }) => sum + length, 0) > 10_000, 'there is something on the disk')
  for (const content of bytes) assert.equal(content.indexOf(secret), -1)
}

test('no file ever holds the plaintext; a restart reads it, and so does one after a compaction', async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'millrace-encrypted-'))
  const clock = { ms: 1000 }
  const texts = Array.from({ length: 100 }, (_, i) => `${i} ${secret}`)
  const from = { kind: 'offset', offset: 0 } as const
  const readAll = async (log: EncryptedLog) => textsOf((await log.read(shard, from, { recordsMax: 1e6, bytesMax: 1e9 })).batches)
  try {
    const first = await openLog(directory, clock)
    for (const text of texts) {
      const batch = { recordCount: 1, nowMs: clock.ms, retention: 'day' } as const
      await first.log.append({ ...batch, shard, records: blockOf(text) })
      await first.log.append({ ...batch, shard: doomed, records: blockOf(secret.repeat(40)) })
    }
    assertSecret(directory)
    assert.deepEqual(await readAll(first.log), texts)
    await first.close()

    const second = await openLog(directory, clock)
    assert.deepEqual(await readAll(second.log), texts)
    second.log.deleteStream(doomed.streamId)
    for (let ticks = 0; ticks < 50 && second.compactions() === 0; ticks++) await second.tick()
    assert.ok(second.compactions() > 0, 'segments that are mostly dead are compacted')
    for (let ticks = 0; ticks < 5; ticks++) await second.tick()
    assert.deepEqual(await readAll(second.log), texts)
    assertSecret(directory)
    await second.close()

    const third = await openLog(directory, clock)
    assert.deepEqual(await readAll(third.log), texts)
    await third.close()
  } finally {
    rmSync(directory, { recursive: true })
  }
})
