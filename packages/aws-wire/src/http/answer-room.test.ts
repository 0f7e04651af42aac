import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AnswerReader } from './answer-reader.js'
import { type AnswerNeed, AnswerRoom } from './answer-room.js'
import { ByteBudget } from './byte-budget.js'
import { eventually } from './listening/listening.js'

function roomOf(bytes: number): { budget: ByteBudget; room: AnswerRoom } {
  const budget = new ByteBudget(ByteBudget.allocate(bytes))
  return { budget, room: new AnswerRoom(budget) }
}

/** One who has shown that he reads. */
function known(heldBytes = 0): AnswerReader {
  const reader = new AnswerReader()
  reader.prove()
  reader.heldBytes = heldBytes
  return reader
}

const need = (bytes: number, shortBytes = bytes): AnswerNeed => ({ bytes, shortBytes })
const done = async () => 'done'
const longMs = 60_000

/** An answer that is made at once, and that nobody takes. */
async function stall(room: AnswerRoom, budget: ByteBudget, reader: AnswerReader, bytes: number): Promise<boolean> {
  const made = await room.holding(reader, need(bytes), 20, async () => {
    reader.heldBytes += bytes
    budget.add(bytes)
    return true
  })
  return made ?? false
}

test('no more work is under way than there is room for, and all of it is done in order', async () => {
  const { budget, room } = roomOf(100)
  let underWay = 0
  let most = 0
  const order: number[] = []
  const work = async (i: number) => {
    most = Math.max(most, ++underWay)
    await new Promise((resolve) => setTimeout(resolve, 1))
    order.push(i)
    underWay--
    return i
  }
  const all = Array.from({ length: 20 }, (_, i) => room.holding(known(), need(40), longMs, () => work(i)))
  assert.deepEqual(await Promise.all(all), order)
  assert.deepEqual([most, budget.usedBytes], [2, 0])
})

test('work that finds no room in its time is not done', async () => {
  const { budget, room } = roomOf(100)
  budget.add(100)
  assert.equal(await room.holding(known(), need(1), 20, done), undefined)
  assert.equal(budget.usedBytes, 100)
})

test('work that needs more than there will ever be has all of it', async () => {
  const { budget, room } = roomOf(100)
  assert.equal(await room.holding(known(), need(1000), 1000, async () => budget.usedBytes), 100)
})

test('room is given back when the work fails', async () => {
  const { budget, room } = roomOf(100)
  const reader = known()
  await assert.rejects(room.holding(reader, need(50), 1000, () => Promise.reject(new Error('failed'))))
  assert.deepEqual([budget.usedBytes, reader.heldBytes], [0, 0])
})

test('what has waited long for its room presses those who hold it, until it has it or its time is over', async () => {
  const { budget, room } = roomOf(100)
  budget.add(95)
  const work = room.holding(known(), need(10), longMs, async () => budget.isPressed)
  const refused = room.holding(known(), need(10), 1_100, done)
  assert.equal(budget.isPressed, false)
  await eventually(() => budget.isPressed, 'the pressing')
  budget.release(5)
  assert.equal(await work, true)
  budget.add(5)
  assert.equal(await refused, undefined)
  assert.equal(budget.isPressed, false)
})

test('a reader who waits for room that he holds himself presses nobody', async () => {
  const { budget, room } = roomOf(100)
  const greedy = known(60)
  budget.add(60)
  const waiting = room.holding(greedy, need(10), 1_500, done)
  while (await Promise.race([waiting.then(() => false), new Promise((resolve) => setTimeout(resolve, 20, true))])) {
    assert.equal(budget.isPressed, false)
  }
})

test('work that has a share of the room leaves the rest to others, and they do not wait for it', async () => {
  const { budget, room } = roomOf(100)
  const share = room.share(0.5)
  budget.add(45)
  assert.equal(await share.holding(known(), need(10), 20, done), undefined)
  assert.equal(await room.holding(known(), need(55), 20, done), 'done')
  budget.release(45)
  assert.equal(await share.holding(known(), need(1000), 20, async () => budget.usedBytes), 50)
})

test('readers who take nothing hold a part each, and one part stays free for whoever holds nothing', async () => {
  for (const readers of [1, 2, 4, 9]) {
    const { budget, room } = roomOf(1000)
    const greedy = Array.from({ length: readers }, () => known())
    for (let round = 0, stalled = true; stalled; round++) {
      stalled = false
      for (const reader of greedy) stalled = (await stall(room, budget, reader, 10)) || stalled
      assert.ok(round < 100)
    }
    const part = 1000 / (readers + 1)
    for (const { heldBytes } of greedy) assert.ok(Math.abs(heldBytes - part) <= 20, `${heldBytes} of ${part} bytes`)
    assert.ok(budget.usedBytes <= 1000)
    assert.equal(await room.holding(known(), need(10), longMs, done), 'done')
  }
})

test('those who wait are served reader by reader, however many requests one of them has in line', async () => {
  const { budget, room } = roomOf(100)
  budget.add(100)
  const order: string[] = []
  const ask = (reader: AnswerReader, name: string) =>
    room.holding(reader, need(60), longMs, async () => {
      order.push(name)
    })
  const [greedy, other, third] = [known(), known(), known()]
  const all = [...Array.from({ length: 5 }, () => ask(greedy, 'greedy')), ask(other, 'other'), ask(third, 'third')]
  budget.release(100)
  await Promise.all(all)
  assert.deepEqual(order, ['greedy', 'other', 'third', 'greedy', 'greedy', 'greedy', 'greedy'])
})

test('a reader who holds much holds up nobody behind him', async () => {
  const { budget, room } = roomOf(100)
  const greedy = known(60)
  budget.add(60)
  const waits = room.holding(greedy, need(10), 100, done)
  assert.equal(await room.holding(known(), need(10), longMs, done), 'done')
  assert.equal(await waits, undefined)
})

test('strangers who take nothing, however many, leave a part to those who have shown that they read', async () => {
  const { budget, room } = roomOf(1000)
  const strangers = Array.from({ length: 200 }, () => stall(room, budget, new AnswerReader(), 10))
  assert.equal((await Promise.all(strangers)).filter((made) => made).length, 75)
  const waiting = Array.from({ length: 200 }, () => room.holding(new AnswerReader(), need(10), 500, done))
  const reader = known()
  for (let i = 0; i < 10; i++) assert.equal(await room.holding(reader, need(10), longMs, done), 'done')
  assert.deepEqual(new Set(await Promise.all(waiting)), new Set([undefined]))
})

test('what has waited long makes do with less, where it can', async () => {
  const { budget, room } = roomOf(100)
  assert.equal(await room.holding(known(), need(50, 5), longMs, async (isShort) => isShort), false)
  budget.add(90)
  const long = room.holding(known(), need(50), 1_500, done)
  assert.equal(await room.holding(known(), need(50, 5), longMs, async (isShort) => isShort && budget.usedBytes), 95)
  assert.equal(await long, undefined)
})

test('a reader who has gone is not given anything', async () => {
  const { budget, room } = roomOf(100)
  budget.add(100)
  const reader = known()
  const answer = room.holding(reader, need(10), longMs, done)
  reader.isGone = true
  budget.release(100)
  assert.equal(await answer, undefined)
})

test('room that is given back is given on before the next look for what other lanes have made', async () => {
  const { room } = roomOf(100)
  let finish = () => {}
  const first = room.holding(known(), need(80), longMs, () => new Promise<void>((resolve) => (finish = resolve)))
  await new Promise((resolve) => setImmediate(resolve))
  let served = false
  const second = room.holding(known(), need(80), longMs, async () => (served = true))
  finish()
  await first
  for (let turn = 0; turn < 5 && !served; turn++) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(served, true)
  await second
})
