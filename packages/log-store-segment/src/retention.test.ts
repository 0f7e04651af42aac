import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { recordBytes, type StreamId, writeRecordHeader } from '@millrace/model'
import { memoryChannel } from './channel/channel.js'
import { LogKeeper } from './keeper/log-keeper.js'
import { openLaneLog } from './lane/lane-log.js'

const kept = { streamId: 'a'.repeat(32) as StreamId, shard: 0 }
const other = { streamId: 'b'.repeat(32) as StreamId, shard: 0 }

async function openLog(directory: string, clock: { ms: number }) {
  const opened = await LogKeeper.open({
    directory,
    clock: { nowMs: () => clock.ms },
    settings: { segmentBytes: 8192, segmentAgeMs: 1000, reserveBytes: 0 },
  })
  assert.ok(opened.ok)
  const [here, there] = memoryChannel()
  opened.value.attach(here)
  const lane = await openLaneLog({ directory, channel: there, clock: { nowMs: () => clock.ms } })
  const close = async () => {
    await lane.close()
    await opened.value.close()
  }
  return { keeper: opened.value, lane, close }
}

function block(length: number): Buffer {
  const record = Buffer.alloc(recordBytes(0, length))
  writeRecordHeader(record, 0, 0, length)
  return record
}

const segmentsIn = (directory: string) => {
  return readdirSync(path.join(directory, 'segments')).filter((name) => name.endsWith('.segment')).length
}
const everything = { recordsMax: 1e6, bytesMax: 1e9 }

test('files go when nothing in them lives, by trim or by deletion, and no offset is given again', async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'millrace-retention-'))
  const clock = { ms: 1000 }
  try {
    const first = await openLog(directory, clock)
    for (let i = 0; i < 20; i++) {
      clock.ms += 10
      for (const shard of [kept, other]) {
        const appended = await first.lane.append({
          shard,
          records: block(3000),
          recordCount: 1,
          nowMs: clock.ms,
          retention: 'day',
        })
        assert.equal(appended.kind, 'appended')
      }
    }
    const before = segmentsIn(directory)
    first.lane.deleteStream(other.streamId)
    first.lane.trim(kept, clock.ms - 50)
    clock.ms += 5000
    for (let i = 0; i < 3; i++) {
      await first.lane.tick()
      await first.keeper.tick()
    }
    assert.ok(segmentsIn(directory) < before / 2, `${before} segments, then ${segmentsIn(directory)}`)
    const page = await first.lane.read(kept, { kind: 'offset', offset: 0 }, everything)
    assert.equal(page.batches[0]?.baseOffset, 14)
    first.lane.trim(kept, clock.ms)
    await first.lane.tick()
    await first.keeper.tick()
    await first.close()
    const second = await openLog(directory, clock)
    assert.deepEqual(await second.lane.append({ shard: kept, records: block(1), recordCount: 1, nowMs: 0, retention: 'day' }), {
      kind: 'appended',
      baseOffset: 20,
      arrivalMs: 1200,
    })
    assert.deepEqual(second.lane.streams(), [kept.streamId])
    await second.close()
  } finally {
    rmSync(directory, { recursive: true })
  }
})
