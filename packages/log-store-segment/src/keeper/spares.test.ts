import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../simulation/random.js'
import { SimulatedDisk } from '../simulation/simulated-disk.js'
import { SpaceReturn } from './space-return.js'
import { Spares } from './spares.js'

const mib = 1024 * 1024
const limits = { sparesMax: 4, segmentBytes: 3 * mib }
const roomy = 1024 * mib

async function emptyDisk() {
  const fileSystem = new SimulatedDisk({ random: new Random(1), schedule: setImmediate })
  await fileSystem.makeDirectory('/log/segments')
  return { fileSystem, ...sparesOn(fileSystem) }
}

function sparesOn(fileSystem: SimulatedDisk) {
  const pauses: number[] = []
  const pause = async () => {
    pauses.push(fileSystem.usedBytes)
  }
  const spaceReturn = new SpaceReturn({ fileSystem, pause, report: () => {}, stepBytes: mib })
  const spares = new Spares({ fileSystem, directory: '/log', ...limits, spaceReturn, pause })
  return { spares, spaceReturn, pauses }
}

test('nothing is written ahead for a log that nobody writes to', async () => {
  const { fileSystem, spares } = await emptyDisk()
  await spares.prepare(roomy)
  assert.equal(fileSystem.usedBytes, 0)
})

test('as much is written ahead as was written lately', async () => {
  const { fileSystem, spares } = await emptyDisk()
  spares.noteRolled(mib)
  await spares.prepare(roomy)
  assert.ok(fileSystem.usedBytes > 0.99 * mib && fileSystem.usedBytes <= mib, `${fileSystem.usedBytes} bytes`)
})

test('spares take no more than there may be of them, and each is as long as a segment', async () => {
  const { fileSystem, spares } = await emptyDisk()
  spares.noteRolled(100 * mib)
  for (let tick = 0; tick < 10; tick++) await spares.prepare(roomy)
  assert.equal(fileSystem.usedBytes, 12 * mib)
  for (let i = 0; i < 4; i++) assert.ok(spares.take())
  assert.equal(spares.take(), undefined)
})

test('spares take a sixteenth of what is free', async () => {
  const { fileSystem, spares } = await emptyDisk()
  spares.noteRolled(100 * mib)
  await spares.prepare(16 * mib)
  assert.equal(fileSystem.usedBytes, mib)
})

test('a spare that is given away while another is written stays its receiver’s', async () => {
  const { fileSystem, spares } = await emptyDisk()
  spares.noteRolled(5 * mib)
  await spares.prepare(roomy)
  spares.noteRolled(5 * mib)
  const preparing = spares.prepare(roomy)
  const taken = spares.take()
  assert.ok(taken)
  await preparing
  const names = new Set<string>()
  for (let name = spares.take(); name; name = spares.take()) names.add(name)
  assert.ok(!names.has(taken))
  assert.equal((await fileSystem.list('/log/segments')).length, names.size + 1)
})

test('another process takes over the spares, and lengthens what is short', async () => {
  const { fileSystem, spares } = await emptyDisk()
  spares.noteRolled(mib)
  await spares.prepare(roomy)
  const { spares: next } = sparesOn(fileSystem)
  await next.find()
  next.noteRolled(3 * mib)
  await next.prepare(roomy)
  assert.equal((await fileSystem.list('/log/segments')).length, 1)
  assert.ok(next.bytes > 2.9 * mib)
})

test('of what several processes have left, no more is taken over than there may be: the longest', async () => {
  const { fileSystem } = await emptyDisk()
  for (const [number, length] of [3, 1, 3, 2, 3, 3].entries()) {
    const file = await fileSystem.open(`/log/segments/spare.000000000000000${number}`, 'createDurably')
    await file.write([Buffer.alloc(length * mib)], 0)
  }
  const { spares, spaceReturn } = sparesOn(fileSystem)
  await spares.find()
  assert.equal(spares.bytes, 12 * mib)
  await spaceReturn.proceed()
  assert.equal(fileSystem.usedBytes, 12 * mib)
})

test('between two writes of zeros commits have the disk for themselves', async () => {
  const { fileSystem, spares, pauses } = await emptyDisk()
  spares.noteRolled(2 * mib)
  await spares.prepare(roomy)
  const steps = [...pauses, fileSystem.usedBytes].map((bytes, i, all) => bytes - (all[i - 1] ?? 0))
  assert.ok(steps.length >= 8 && Math.max(...steps) <= 256 * 1024, steps.join())
})

test('zeros that are being written are no reason to wait at the end', async () => {
  const { fileSystem, spares } = await emptyDisk()
  spares.noteRolled(2 * mib)
  const preparing = spares.prepare(roomy)
  spares.stop()
  await preparing
  assert.ok(fileSystem.usedBytes <= 256 * 1024, `${fileSystem.usedBytes} bytes`)
})

test('where the disk refuses zeros, no file is left behind', async () => {
  const { fileSystem, spares, spaceReturn } = await emptyDisk()
  fileSystem.capacityBytes = mib / 2
  spares.noteRolled(mib)
  await assert.rejects(spares.prepare(roomy), /ENOSPC/)
  await spaceReturn.proceed()
  assert.equal(fileSystem.usedBytes, 0)
  assert.equal(spares.take(), undefined)
})
