import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ClusterStateUpdate, lifecycleOperations } from '@millrace/streams'
import { startTestPostgres, type TestPostgres } from '@millrace/testkit'
import { TestControlPlane } from '../control-plane.fixture.js'
import { isReading, Scene, storedStates } from './database-away.fixture.js'

type Answer = Awaited<ReturnType<Scene['call']>>

let postgres: TestPostgres
before(async () => {
  postgres = await startTestPostgres()
})
after(() => postgres.remove())

/** A scene of each operation, on a control plane that soon gives its database up. */
async function furnished() {
  const plane = await TestControlPlane.start(postgres, { databasePatienceMs: 100 })
  const scenes = lifecycleOperations.map((operation) => new Scene(plane, operation))
  for (const stage of ['create', 'furnish', 'lengthen', 'encrypt'] as const) {
    await Promise.all(scenes.map((scene) => scene[stage]()))
    await plane.settle()
  }
  return { plane, changing: scenes.filter((scene) => !isReading(scene)), reading: scenes.filter(isReading) }
}

const isUnavailable = (answer: Answer): boolean => !answer.ok && answer.error.kind === 'Unavailable'

/** For the second test, by the first: how the region of each operation looks without it and with it. */
let without: ReadonlyMap<string, string>
let withIt: ReadonlyMap<string, string>

test('without a database everything is described as before, and every change is refused as worth a retry, leaves nothing behind, and is done when the database is back', async () => {
  const { plane, changing, reading } = await furnished()
  const described = await Promise.all(reading.map((scene) => scene.call()))
  without = await storedStates(plane.databaseUrl)
  await postgres.stop('immediate')
  for (const scene of changing) assert.ok(isUnavailable(await scene.call()), scene.operation)
  for (const [i, scene] of reading.entries()) {
    assert.ok(described[i].ok, scene.operation)
    assert.deepEqual(await scene.call(), described[i], scene.operation)
  }
  await postgres.start()
  assert.deepEqual(await storedStates(plane.databaseUrl), without)
  for (const scene of changing) assert.ok((await scene.call()).ok, scene.operation)
  withIt = await storedStates(plane.databaseUrl)
  for (const { region } of changing) assert.notEqual(withIt.get(region), without.get(region), region)
  await plane.service.stop()
})

test('a database that is lost among changes has each of them whole or not at all, and whole where it was answered; nodes are told what it has', async () => {
  const { plane, changing } = await furnished()
  const done = await Promise.all(callsUntilLost(changing, 10))
  await postgres.start()
  const stored = await storedStates(plane.databaseUrl)
  for (const { region, operation, answer } of done) {
    assert.ok(answer.ok || isUnavailable(answer), operation)
    const whole = answer.ok ? [withIt.get(region)] : [withIt.get(region), without.get(region)]
    assert.ok(whole.includes(stored.get(region)), `${operation} is half done`)
  }
  await plane.service.advance()
  const again = await TestControlPlane.start(postgres, { databaseUrl: plane.databaseUrl, clock: plane.clock })
  assert.deepEqual(toldNow(plane), toldNow(again))
  await again.service.stop()
  await plane.service.stop()
})

/** All at once; the database is cut off when so many have been answered. */
function callsUntilLost(scenes: readonly Scene[], answers: number) {
  let left = answers
  return scenes.map(async (scene) => {
    const answer = await scene.call()
    if (--left === 0) await postgres.stop('immediate')
    return { region: scene.region, operation: scene.operation, answer }
  })
}

/** What a node that begins to watch is told: all that there is. */
function toldNow(plane: TestControlPlane) {
  let told: ClusterStateUpdate | undefined
  plane.service.feed.watch((update) => {
    told ??= update
  })()
  return { revision: told?.revision, streams: [...(told?.streams ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1)) }
}
