import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recordBytes, type StreamId, writeRecordHeader } from '@millrace/model'
import { LogUnderTest } from './simulation/log-under-test.js'
import { Random } from './simulation/random.js'
import { SimulatedDisk } from './simulation/simulated-disk.js'

const kib = 1024
const shard = { streamId: 'a'.repeat(32) as StreamId, shard: 0 }
const everything = { recordsMax: 1e6, bytesMax: 1e9 }
const segmentBytes = 64 * kib
const spare = '/log/segments/spare.0000000000000001'

/** A log whose first segment is made of a spare, and what the disk holds at every pause. */
async function logWithSpare(atPause = async (_used: readonly number[]) => {}) {
  const fileSystem = new SimulatedDisk({ random: new Random(1), schedule: setImmediate })
  await fileSystem.makeDirectory('/log/segments')
  await (await fileSystem.open(spare, 'createDurably')).write([Buffer.alloc(segmentBytes, 1)], 0)
  await fileSystem.syncDirectory('/log/segments')
  const used: number[] = []
  const pause = async () => {
    used.push(fileSystem.usedBytes)
    await atPause(used)
  }
  const clock = { ms: 1000 }
  const settings = { segmentBytes, segmentAgeMs: 1000, reserveBytes: 0, returnStepBytes: 8 * kib, sparesMax: 1 }
  const options = { directory: '/log', fileSystem, clock: { nowMs: () => clock.ms }, pause, settings }
  return { fileSystem, options, clock, used, log: await LogUnderTest.start(options) }
}

async function append(log: LogUnderTest, bytes: number) {
  const records = Buffer.alloc(recordBytes(0, bytes))
  writeRecordHeader(records, 0, 0, bytes)
  return log.store.append({ shard, records, recordCount: 1, nowMs: 1, retention: 'day' })
}

async function nextOffset(log: LogUnderTest): Promise<number> {
  return (await log.store.read(shard, { kind: 'offset', offset: 0 }, everything)).nextOffset
}

async function turns(isMissing: () => boolean): Promise<void> {
  for (let i = 0; i < 100_000 && isMissing(); i++) await new Promise(setImmediate)
}

const largestStep = (used: readonly number[]) => Math.max(...used.slice(1).map((bytes, i) => (used[i] ?? 0) - bytes))

test('a segment that is rolled early gives back what it did not use in steps, while records are put and read', async () => {
  const meanwhile: unknown[] = []
  const { log, clock, used, fileSystem } = await logWithSpare(async (steps) => {
    if (steps.length > 1) return
    meanwhile.push(await nextOffset(log), (await append(log, 10)).kind)
  })
  await append(log, 100)
  clock.ms += 2000
  await log.store.tick()
  assert.deepEqual(meanwhile, [1, 'appended'])
  assert.ok(used.length >= 6 && largestStep(used) <= 8 * kib, used.join())
  assert.ok(fileSystem.usedBytes < 16 * kib)
  assert.equal(await nextOffset(log), 2)
  await log.stop()
})

test('a crash between any two of these steps loses nothing', async () => {
  for (let crashAt = 1; crashAt <= 6; crashAt++) {
    const { log, clock, fileSystem, options, used } = await logWithSpare((steps) => {
      return steps.length < crashAt ? Promise.resolve() : new Promise(() => {})
    })
    await append(log, 100)
    clock.ms += 2000
    void log.store.tick()
    await turns(() => used.length < crashAt)
    fileSystem.crash()
    const after = await LogUnderTest.start({ ...options, pause: async () => {} })
    assert.equal(await nextOffset(after), 1)
    assert.equal((await append(after, 10)).kind, 'appended')
    await after.stop()
  }
})

test('a log that is closed does not pause', async () => {
  const { log, used, fileSystem } = await logWithSpare()
  await append(log, 100)
  await log.stop()
  assert.deepEqual(used, [])
  assert.ok(fileSystem.usedBytes < 8 * kib)
})

test('many dead segments become files that wait, and what a crash leaves of them the next start finds', async () => {
  let hangAfter = Number.POSITIVE_INFINITY
  const { log, fileSystem, options, used } = await logWithSpare((steps) => {
    return steps.length < hangAfter ? Promise.resolve() : new Promise(() => {})
  })
  for (let i = 0; i < 40; i++) await append(log, 30 * kib)
  log.store.deleteStream(shard.streamId)
  await log.reopen()
  used.splice(0)
  hangAfter = 20
  for (let i = 0; i < 3; i++) await log.keeper.tick()
  await turns(() => used.length < hangAfter)
  const names = await fileSystem.list('/log/segments')
  assert.ok(names.length > 20 && names.every((name) => name.startsWith('spare.')), names.join())
  assert.ok(largestStep(used) <= 8 * kib, used.join())
  fileSystem.crash()
  const after = await LogUnderTest.start({ ...options, pause: () => new Promise(setImmediate) })
  await after.keeper.tick()
  await turns(() => fileSystem.usedBytes > segmentBytes)
  assert.ok(fileSystem.usedBytes <= segmentBytes, `${fileSystem.usedBytes} bytes`)
  await after.stop()
})

test('where the disk is short, what would wait is back before the tick is over', async () => {
  const { log, fileSystem, used } = await logWithSpare()
  for (let i = 0; i < 40; i++) await append(log, 30 * kib)
  log.store.deleteStream(shard.streamId)
  await log.reopen()
  fileSystem.capacityBytes = fileSystem.usedBytes + 64 * kib
  used.splice(0)
  for (let i = 0; i < 3; i++) await log.keeper.tick()
  assert.ok(fileSystem.usedBytes <= segmentBytes + 4 * kib, `${fileSystem.usedBytes} bytes, pauses: ${used.length}`)
  await log.stop()
})
