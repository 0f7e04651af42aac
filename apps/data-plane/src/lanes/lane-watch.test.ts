import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LaneHang, LaneWatch, watchEveryMs } from './lane-watch.js'

/** Lanes that answer at once, but for those that are silent. */
function watched(lanes = 2) {
  const hangs = [] as LaneHang[]
  const silent = new Set<number>()
  const waiting: (() => void)[] = []
  const state = { nowMs: 0, isDebugged: false }
  const watch = new LaneWatch({
    lanes,
    ask: (lane) => (silent.has(lane) ? new Promise<void>((resolve) => waiting.push(resolve)) : Promise.resolve()),
    silentMsMax: 30_000,
    nowMs: () => state.nowMs,
    isDebugged: () => state.isDebugged,
    onHang: (hang) => hangs.push(hang),
  })
  const pass = async (seconds: number, stepMs = watchEveryMs) => {
    for (let ms = 0; ms < seconds * 1000; ms += stepMs) {
      state.nowMs += stepMs
      watch.tick()
      await Promise.resolve()
    }
  }
  return { hangs, silent, waiting, state, pass }
}

test('lanes that answer do not hang, however long they live', async () => {
  const { hangs, pass } = watched()
  await pass(1000)
  assert.deepEqual(hangs, [])
})

test('a lane that is silent for the time that is allowed hangs, and no other', async () => {
  const { hangs, silent, pass } = watched()
  await pass(10)
  silent.add(1)
  await pass(30)
  assert.deepEqual(hangs, [])
  await pass(1)
  assert.deepEqual(hangs, [{ lane: 1, silentMs: 30_000 }])
})

test('a lane that answers late has all of its time again', async () => {
  const { hangs, silent, waiting, pass } = watched()
  silent.add(0)
  await pass(29)
  waiting.pop()?.()
  await pass(29)
  assert.deepEqual(hangs, [])
  await pass(3)
  assert.deepEqual(hangs, [{ lane: 0, silentMs: 30_000 }])
})

test('time in which the main thread itself was late counts against nobody, and the lane has all of its time again', async () => {
  const { hangs, silent, state, pass } = watched()
  silent.add(0)
  await pass(29)
  state.nowMs += 3_600_000
  await pass(29)
  assert.deepEqual(hangs, [])
  await pass(2)
  assert.deepEqual(hangs, [{ lane: 0, silentMs: 30_000 }])
})

test('nothing hangs while a debugger is there', async () => {
  const { hangs, silent, state, pass } = watched()
  silent.add(0)
  state.isDebugged = true
  await pass(100)
  assert.deepEqual(hangs, [])
  state.isDebugged = false
  await pass(30)
  assert.equal(hangs.length, 1)
})
