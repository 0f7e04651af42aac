import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AnswerRoom } from './answer-room.js'
import { ByteBudget } from './byte-budget.js'

function roomOf(bytes: number): { budget: ByteBudget; room: AnswerRoom } {
  const budget = new ByteBudget(ByteBudget.allocate(bytes))
  return { budget, room: new AnswerRoom(budget) }
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
  const all = Array.from({ length: 20 }, (_, i) => room.holding(40, 60_000, () => work(i)))
  assert.deepEqual(await Promise.all(all), order)
  assert.deepEqual([most, budget.usedBytes], [2, 0])
})

test('work that finds no room in its time is not done', async () => {
  const { budget, room } = roomOf(100)
  budget.add(100)
  assert.equal(await room.holding(1, 20, async () => 'done'), undefined)
  assert.equal(budget.usedBytes, 100)
})

test('work that needs more than there will ever be has all of it', async () => {
  const { room } = roomOf(100)
  assert.equal(await room.holding(1000, 1000, async () => 'done'), 'done')
})

test('room is given back when the work fails', async () => {
  const { budget, room } = roomOf(100)
  await assert.rejects(room.holding(50, 1000, () => Promise.reject(new Error('failed'))))
  assert.equal(budget.usedBytes, 0)
})

test('what has waited long for its room presses those who hold it, until it has it or its time is over', async () => {
  const { budget, room } = roomOf(100)
  budget.add(95)
  const work = room.holding(10, 60_000, async () => budget.isPressed)
  const refused = room.holding(10, 1_100, async () => 'done')
  assert.equal(budget.isPressed, false)
  while (!budget.isPressed) await new Promise((resolve) => setTimeout(resolve, 10))
  budget.release(5)
  assert.equal(await work, true)
  budget.add(5)
  assert.equal(await refused, undefined)
  assert.equal(budget.isPressed, false)
})

test('work that has a share of the room leaves the rest to others, and they do not wait for it', async () => {
  const { budget, room } = roomOf(100)
  const share = room.share(0.5)
  budget.add(45)
  assert.equal(await share.holding(10, 20, async () => 'done'), undefined)
  assert.equal(await room.holding(55, 20, async () => 'done'), 'done')
  budget.release(45)
  assert.equal(await share.holding(1000, 20, async () => budget.usedBytes), 50)
})
