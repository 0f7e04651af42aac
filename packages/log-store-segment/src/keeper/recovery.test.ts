import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recordBytes, type StreamId, writeRecordHeader } from '@millrace/model'
import { encodeFooter } from '../format/footer.js'
import { segmentIdOf } from '../format/names.js'
import type { LogReport } from '../report.js'
import { SegmentIndexBuilder } from '../segment/segment-index.js'
import { LogUnderTest } from '../simulation/log-under-test.js'
import { Random } from '../simulation/random.js'
import { SimulatedDisk } from '../simulation/simulated-disk.js'

const shard = { streamId: 'a'.repeat(32) as StreamId, shard: 0 }
const everything = { recordsMax: 1e6, bytesMax: 1e9 }

function block(length: number): Buffer {
  const record = Buffer.alloc(recordBytes(0, length))
  writeRecordHeader(record, 0, 0, length)
  return record
}

async function append(log: LogUnderTest, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const batch = { shard, records: block(1000), recordCount: 1, nowMs: 1, retention: 'day' } as const
    assert.equal((await log.store.append(batch)).kind, 'appended')
  }
}

test('zeros written ahead are neither data nor a torn tail, and a restart after a crash gives them back', async () => {
  const fileSystem = new SimulatedDisk({ random: new Random(1), schedule: setImmediate })
  const reports: LogReport[] = []
  const options = { directory: '/log', fileSystem, report: (report: LogReport) => reports.push(report) }
  const first = await LogUnderTest.start(options)
  await append(first, 20)
  const aheadBytes = fileSystem.usedBytes
  fileSystem.crash()
  const second = await LogUnderTest.start(options)
  assert.deepEqual(reports, [])
  assert.ok(fileSystem.usedBytes < 25_000 + 4096 && fileSystem.usedBytes < aheadBytes, `${fileSystem.usedBytes} bytes`)
  const page = await second.store.read(shard, { kind: 'offset', offset: 0 }, everything)
  assert.equal(page.nextOffset, 20)
  await second.stop()
})

test('batches that a spare held as another segment do not come back', async () => {
  const fileSystem = new SimulatedDisk({ random: new Random(1), schedule: setImmediate })
  const options = { directory: '/log', fileSystem, settings: { reserveBytes: 0 } }
  const log = await LogUnderTest.start(options)
  await append(log, 50)
  log.store.deleteStream(shard.streamId)
  await log.reopen()
  for (let i = 0; i < 4; i++) await log.keeper.tick()
  const names = await fileSystem.list('/log/segments')
  assert.deepEqual(
    names.filter((name) => name.startsWith('spare.')),
    names,
    'the segment became a spare',
  )
  const other = { streamId: 'b'.repeat(32) as StreamId, shard: 0 }
  await log.store.append({ shard: other, records: block(10), recordCount: 1, nowMs: 1, retention: 'day' })
  fileSystem.crash()
  const after = await LogUnderTest.start(options)
  assert.deepEqual(after.store.streams(), [other.streamId])
  const page = await after.store.read(other, { kind: 'offset', offset: 0 }, everything)
  assert.equal(page.nextOffset, 1)
  await after.stop()
})

test('bytes that come last in a reused file are no index, whatever they say', async () => {
  const fileSystem = new SimulatedDisk({ random: new Random(1), schedule: setImmediate })
  const options = { directory: '/log', fileSystem }
  const log = await LogUnderTest.start(options)
  await append(log, 3)
  const [name] = await fileSystem.list('/log/segments')
  const segmentId = segmentIdOf(name ?? '') ?? 0
  const file = await fileSystem.open(`/log/segments/${name}`, 'writeDurably')
  const end = await file.size()
  const foreign = { segmentId, seed: 1 }
  await file.write([encodeFooter(foreign, end, new SegmentIndexBuilder(foreign)).bytes], end)
  fileSystem.crash()
  const after = await LogUnderTest.start(options)
  const page = await after.store.read(shard, { kind: 'offset', offset: 0 }, everything)
  assert.equal(page.nextOffset, 3)
  await after.stop()
})
