import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../simulation/random.js'
import { SimulatedDisk } from '../simulation/simulated-disk.js'
import { SpaceReturn } from './space-return.js'

const mib = 1024 * 1024
const folder = '/log/segments'

/** A disk with files of these lengths that nobody uses any more, and what happens at every pause. */
async function deadFiles(lengths: readonly number[], onPause = (_space: SpaceReturn) => {}, stepBytes = mib) {
  const fileSystem = new SimulatedDisk({ random: new Random(1), schedule: setImmediate })
  await fileSystem.makeDirectory(folder)
  const used: number[] = []
  const reports: unknown[] = []
  const pause = async () => {
    used.push(fileSystem.usedBytes)
    onPause(space)
  }
  const space = new SpaceReturn({ fileSystem, pause, report: (report) => reports.push(report), stepBytes })
  for (const [number, bytes] of lengths.entries()) {
    const path = `${folder}/spare.000000000000000${number}`
    const file = await fileSystem.open(path, 'createDurably')
    await file.write([Buffer.alloc(bytes)], 0)
    space.add({ path, bytes })
  }
  await fileSystem.syncDirectory(folder)
  const startBytes = fileSystem.usedBytes
  const steps = () => used.map((bytes, i) => (used[i - 1] ?? startBytes) - bytes)
  return { fileSystem, space, used, steps, reports }
}

test('space is given back in steps with a pause behind each', async () => {
  const { fileSystem, space, steps } = await deadFiles([5.5 * mib, 0.25 * mib, 2 * mib])
  await space.proceed()
  assert.deepEqual(await fileSystem.list(folder), [])
  assert.deepEqual(
    steps().map((bytes) => bytes / mib),
    [1, 1, 1, 1, 1, 0.5, 0.25, 1, 1],
  )
  assert.equal(space.bytes, 0)
})

test('each step is on the disk before the next is taken: no commit has more than one of them to discard', async () => {
  let lost: number[] = []
  const { fileSystem, space, used } = await deadFiles([4 * mib], () => {
    // What would be left after a power cut.
    fileSystem.crash()
    lost = [...lost, fileSystem.usedBytes]
  })
  await space.proceed()
  assert.deepEqual(lost, used)
})

test('the more waits, the larger the steps, so that what dies does not gather', async () => {
  const kib = 1024
  const { space, steps } = await deadFiles(Array(8).fill(128 * kib), undefined, 64)
  await space.proceed()
  assert.equal(steps()[0], kib)
  assert.equal(steps().at(-2), kib / 8)
})

test('where the disk is short all goes at once, also what was under way', async () => {
  let pauses = 0
  const { fileSystem, space } = await deadFiles([8 * mib, 8 * mib], (running) => {
    pauses++
    running.isUrgent = true
  })
  await space.proceed()
  assert.deepEqual(await fileSystem.list(folder), [])
  assert.equal(pauses, 1)
})

test('a stop waits for one step, and leaves the rest', async () => {
  const { fileSystem, space } = await deadFiles([8 * mib, 8 * mib], (running) => void running.stop())
  await space.proceed()
  assert.equal(fileSystem.usedBytes, 15 * mib)
  assert.equal((await fileSystem.list(folder)).length, 2)
})

test('a file that cannot be shortened is removed as it is, and holds up no other', async () => {
  const { fileSystem, space, reports } = await deadFiles([8 * mib, 8 * mib])
  fileSystem.fault = (operation, path) => (operation === 'datasync' && path.endsWith('0') ? 'EIO' : undefined)
  await space.proceed()
  assert.deepEqual(await fileSystem.list(folder), [])
  assert.equal(reports.length, 1)
})
