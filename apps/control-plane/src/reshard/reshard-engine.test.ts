import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { ShardMetadata, StreamMetadata } from '@millrace/metadata'
import { evenHashRanges, openShards, parentsOf } from '@millrace/streams'
import { createdMs, shard, stream } from '../stream/stream.fixture.js'
import { type Fault, faults, keyOf, ReshardProcess, World } from './reshard-world.fixture.js'

const middle = 2n ** 127n

function streamOf(count: number): StreamMetadata {
  const shards = evenHashRanges(count).map(({ start, end }, index) => {
    return shard(index, { startingHashKey: String(start), endingHashKey: String(end) })
  })
  return stream('orders', { shards, nextShard: count })
}

interface Reshard {
  readonly title: string
  readonly from: number
  readonly ask: (process: ReshardProcess) => Promise<{ readonly ok: boolean }>
  /** Shards in all, and open ones, afterwards. */
  readonly shards: readonly [all: number, open: number]
}

const reshards: readonly Reshard[] = [
  { title: 'a split', from: 1, ask: (process) => process.split('orders', '0', String(middle)), shards: [3, 2] },
  { title: 'a merge', from: 4, ask: (process) => process.merge('orders', '1', '2'), shards: [5, 3] },
  { title: 'a scaling in several rounds', from: 4, ask: (process) => process.scale('orders', 5), shards: [15, 5] },
]

/** What holds at every moment, of what is stored and of the log. */
function checkStored(world: World): void {
  const { stream } = world
  if (!stream) return
  for (const shard of stream.shards) {
    const sealedMs = world.sealed.get(keyOf(stream.id, shard.index))
    if (shard.closedSecond !== undefined) {
      assert.ok(sealedMs !== undefined, `shard ${shard.index} is closed and not sealed`)
      assert.ok(sealedMs < (shard.closedSecond + 1) * 1000, `shard ${shard.index} has a record from after its last second`)
    }
    for (const parent of parentsOf(shard)) assert.equal(shard.creationSecond, closedSecondOf(stream, parent) + 1)
  }
  const seconds = stream.shards.flatMap(({ creationSecond }) => [creationSecond, creationSecond - 1])
  for (const second of seconds) if (second >= createdMs / 1000 - 4) checkCover(stream.shards, second)
}

function closedSecondOf(stream: StreamMetadata, index: number): number {
  return stream.shards.find((shard) => shard.index === index)?.closedSecond ?? Number.NaN
}

/** The shards that are open in a second have every hash key once. */
function checkCover(shards: readonly ShardMetadata[], second: number): void {
  const then = shards.filter(({ creationSecond, closedSecond }) => creationSecond <= second && (closedSecond ?? second) >= second)
  let next = 0n
  for (const { startingHashKey, endingHashKey } of openShards(then.map((shard) => ({ ...shard, closedSecond: undefined })))) {
    assert.equal(BigInt(startingHashKey), next)
    next = BigInt(endingHashKey) + 1n
  }
  assert.equal(next, 2n ** 128n)
}

/** Runs a reshard to its end, over as many processes as it takes. */
async function carryThrough({ from, ask }: Reshard, faultAt: ReadonlyMap<number, Fault>): Promise<World> {
  const world = new World(streamOf(from))
  world.onUse = (use) => faultAt.get(use)
  world.onStored = () => checkStored(world)
  let isSettled = false
  for (let processes = 0; !isSettled; processes++) {
    assert.ok(processes < 10, 'it does not end')
    const process = new ReshardProcess(world)
    await world.run(async () => {
      for (let tries = 0; tries < 3 && world.stored.revision === 1; tries++) await ask(process)
      isSettled = await process.settle()
    })
  }
  return world
}

for (const reshard of reshards) {
  suite(reshard.title, () => {
    test('ends ACTIVE, with what AWS has then, and is not done twice', async () => {
      const world = await carryThrough(reshard, new Map())
      checkEnd(world, reshard)
    })

    test('ends so wherever the process crashes or is failed by database or lanes, and where it crashes again afterwards', async () => {
      const { uses } = await carryThrough(reshard, new Map())
      for (let first = 0; first < uses; first++) {
        for (const fault of faults) {
          const once = await carryThrough(reshard, new Map([[first, fault]]))
          checkEnd(once, reshard)
          for (let second = first + 1; second < once.uses; second++) {
            for (const again of ['crashBefore', 'crashAfter'] as const) {
              const twice = await carryThrough(
                reshard,
                new Map([
                  [first, fault],
                  [second, again],
                ]),
              )
              checkEnd(twice, reshard)
            }
          }
        }
      }
    })
  })
}

function checkEnd(world: World, { shards: [all, open] }: Reshard): void {
  checkStored(world)
  const { stream } = world
  assert.ok(stream)
  assert.deepEqual([stream.status, stream.reshard, stream.statusUntilMs], ['ACTIVE', undefined, undefined])
  assert.deepEqual([stream.shards.length, openShards(stream.shards).length, stream.nextShard], [all, open, all])
  assert.deepEqual(
    stream.shards.map(({ index }) => index),
    Array.from({ length: all }, (_, i) => i),
  )
  assert.equal(world.sealed.size, all - open)
}

test('a stream that is deleted while it is resharded, at whatever point, is DELETING and left alone', async () => {
  const reshard = reshards[2]
  const { uses } = await carryThrough(reshard, new Map())
  for (let point = 1; point < uses; point++) {
    const world = new World(streamOf(reshard.from))
    const process = new ReshardProcess(world)
    await process.load()
    let deleted: Promise<unknown> | undefined
    world.onUse = (use) => {
      if (use === point) deleted = process.delete('orders')
      return undefined
    }
    await reshard.ask(process)
    assert.ok(await process.settle())
    await deleted
    assert.ok(await process.settle())
    assert.equal(world.stream?.status, 'DELETING', `at use ${point}`)
    const { uses } = world
    world.clock.advance(60_000)
    await process.engine.advance()
    assert.equal(world.uses, uses, 'nothing more is asked of lanes or database')
  }
})

test('parents are sealed only when their last second is over, and the stream is UPDATING for as long as states last', async () => {
  const { world, process } = await asked(0)
  const { intent } = world.stream?.reshard ?? assert.fail('no intent')
  const endMs = (intent.closedSecond + 1) * 1000
  assert.ok(endMs > world.clock.nowMs() + 200)
  world.clock.advance(endMs - 1 - world.clock.nowMs())
  await process.engine.advance()
  assert.equal(world.sealed.size, 0)
  world.clock.advance(1)
  await process.engine.advance()
  assert.equal(world.sealed.size, 1)
  assert.equal(world.stream?.status, 'ACTIVE')
})

test('a clock that is set back does not hold up a reshard until it is there again', async () => {
  const { world, process } = await asked(-3_600_000)
  await process.engine.advance()
  assert.equal(world.stream?.status, 'ACTIVE')
  checkStored(world)
})

test('a clock that is set forward, or seals that come late, move the children behind the last record of their parents', async () => {
  const { world, process } = await asked(3_600_000)
  const lastMs = world.clock.nowMs()
  await process.engine.advance()
  const [parent, ...children] = world.stream?.shards ?? []
  assert.equal(parent.closedSecond, Math.floor(lastMs / 1000))
  for (const child of children) assert.equal(child.creationSecond, Math.floor(lastMs / 1000) + 1)
})

test('sealing that fails is tried again at growing intervals, and the parents stay open as long', async () => {
  const { world, process } = await asked(10_000)
  const attemptsMs: number[] = []
  world.onUse = (_, of) => {
    if (of === 'database') return undefined
    attemptsMs.push(world.clock.nowMs())
    return 'failBefore'
  }
  for (let ms = 0; ms < 30_000; ms += 50) {
    await process.engine.advance()
    world.clock.advance(50)
  }
  const pausesMs = attemptsMs.slice(1).map((ms, i) => ms - attemptsMs[i])
  assert.deepEqual(pausesMs.slice(0, 7), [100, 200, 400, 800, 1600, 3200, 5000])
  assert.deepEqual([world.stream?.status, world.stream?.shards.length], ['UPDATING', 1])
  world.onUse = () => undefined
  assert.ok(await process.settle())
  assert.equal(world.stream?.status, 'ACTIVE')
})

test('nothing is sealed while the database is away', async () => {
  const { world, process } = await asked(10_000)
  world.onUse = (_, of) => (of === 'database' ? 'failBefore' : undefined)
  for (let i = 0; i < 5; i++) {
    await process.engine.advance()
    world.clock.advance(5_000)
  }
  assert.equal(world.sealed.size, 0)
  world.onUse = () => undefined
  assert.ok(await process.settle())
  assert.equal(world.stream?.status, 'ACTIVE')
})

test('nothing is sealed while no data plane is bound', async () => {
  const { world, process } = await asked(10_000)
  await process.unbind()
  await process.engine.advance()
  assert.equal(world.sealed.size, 0)
})

/** A split that was asked for, and then the clock moved. */
async function asked(thenMs: number) {
  const world = new World(streamOf(1))
  const process = new ReshardProcess(world)
  await process.load()
  assert.ok((await reshards[0].ask(process)).ok)
  world.clock.advance(thenMs)
  return { world, process }
}
