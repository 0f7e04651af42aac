import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { DatabaseUnavailable, type StreamRepository, type StreamSnapshot, type StreamsChange } from '@millrace/metadata'
import { type DomainError, err, ok, type Result } from '@millrace/model'
import { createLogger } from '@millrace/service-kit'
import type { ClusterStateUpdate } from '@millrace/streams'
import { StatePublisher } from '../cluster-state/state-publisher.js'
import { stream, updatesOver } from './stream.fixture.js'
import { StreamDirectory } from './stream-directory.js'
import { type Decision, StreamWriter } from './stream-writer.js'

/** How long the database is waited for; longer than a change waits for its turn. */
const patienceMs = 5_001
const waitMaxMs = 5_000

/** Stores in memory, and fails as it is told: before or after it has stored. */
class FaultyRepository implements StreamRepository {
  failure: 'none' | 'before' | 'after' = 'none'
  /** Called before it fails. */
  onPatience = () => {}
  stored: StreamSnapshot = { revision: 1, streams: [], accounts: [] }

  async load(): Promise<StreamSnapshot> {
    return this.stored
  }

  async revision(): Promise<number> {
    if (this.failure !== 'none') throw new DatabaseUnavailable('away')
    return this.stored.revision
  }

  async commit(change: StreamsChange): Promise<'committed' | 'superseded'> {
    const { failure } = this
    this.failure = 'none'
    if (failure !== 'none') this.onPatience()
    if (failure === 'before') throw new DatabaseUnavailable('away')
    if (change.revision !== this.stored.revision) return 'superseded'
    const added = change.changes.flatMap((one) => (one.kind === 'created' ? [one.after] : []))
    this.stored = { revision: change.revision + 1, streams: [...this.stored.streams, ...added], accounts: [] }
    if (failure === 'after') throw new DatabaseUnavailable('away')
    return 'committed'
  }
}

function setUp() {
  const repository = new FaultyRepository()
  const directory = new StreamDirectory()
  const logger = createLogger({ write: () => {} })
  const publisher = new StatePublisher({ credentials: [], iteratorKey: new Uint8Array() }, updatesOver(1), logger)
  const updates: ClusterStateUpdate[] = []
  publisher.watch((update) => void updates.push(update))
  return { repository, directory, publisher, updates, writer: new StreamWriter(repository, directory, publisher, logger) }
}

const creating =
  (name: string): Decision<void> =>
  (directory) =>
    [...directory.all()].some((held) => held.name === name)
      ? err({ kind: 'StreamAlreadyExists', stream: name, account: '000000000000' })
      : ok({ changes: [{ kind: 'created', after: stream(name) }], answer: undefined })

const nothing: Decision<void> = () => ok({ changes: [], answer: undefined })

const names = (directory: StreamDirectory) => [...directory.all()].map((held) => held.name)

for (const failure of ['before', 'after'] as const) {
  test(`a change that failed ${failure} it was stored is known afterwards for what it was`, async () => {
    const { repository, directory, updates, writer } = setUp()
    repository.failure = failure
    const failed = await writer.change(creating('a'))
    assert.ok(!failed.ok && failed.error.kind === 'Unavailable' && failed.error.outcome === 'unknown')
    assert.deepEqual(names(directory), [], 'nothing unsure is shown')
    const again = await writer.change(creating('a'))
    assert.equal(again.ok, failure === 'before')
    assert.deepEqual(names(directory), ['a'])
    assert.deepEqual(
      names(directory),
      repository.stored.streams.map((held) => held.name),
    )
    assert.equal(updates[updates.length - 1].revision, repository.stored.revision)
  })
}

test('a change that another writer was faster with is decided again on the new state', async () => {
  const { repository, directory, updates, writer } = setUp()
  await writer.change(creating('a'))
  repository.stored = { revision: 7, streams: [...repository.stored.streams, stream('b')], accounts: [] }
  assert.equal((await writer.change(creating('b'))).ok, false)
  assert.deepEqual([updates[updates.length - 1].complete, updates[updates.length - 1].revision], [true, 7])
  assert.ok((await writer.change(creating('c'))).ok)
  assert.deepEqual(names(directory), ['a', 'b', 'c'])
})

test('what is verified is what is stored at that moment, or nothing where the database is away', async () => {
  const { repository, writer } = setUp()
  await writer.change(creating('a'))
  repository.stored = { revision: 7, streams: [...repository.stored.streams, stream('b')], accounts: [] }
  assert.deepEqual(await writer.verify(names), ok(['a', 'b']))
  repository.failure = 'before'
  assert.equal((await writer.verify(names)).ok, false)
})

test('changes follow each other: each is decided on the outcome of the one before', async () => {
  const { writer, updates } = setUp()
  const answers = await Promise.all(['a', 'b', 'a', 'b', 'c'].map((name) => writer.change(creating(name))))
  assert.deepEqual(
    answers.map((answer) => answer.ok),
    [true, true, false, false, true],
  )
  assert.deepEqual(
    updates.slice(-3).map((update) => update.revision),
    [2, 3, 4],
  )
})

test('more than a thousand waiting changes are refused', async () => {
  const { writer } = setUp()
  const answers = await Promise.all(Array.from({ length: 1_001 }, () => writer.change(nothing)))
  const last = answers[1_000]
  assert.ok(!last.ok && last.error.kind === 'Unavailable' && last.error.outcome === 'none')
  assert.equal(answers.filter((answer) => answer.ok).length, 1_000)
  assert.ok((await writer.change(nothing)).ok)
})

test('what waited behind a database that was away is refused, and not asked of it in turn', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const { repository, directory, writer } = setUp()
  repository.failure = 'before'
  repository.onPatience = () => context.mock.timers.tick(patienceMs)
  const answers = await Promise.all(['a', 'b', 'c'].map((name) => writer.change(creating(name))))
  const outcomes = answers.map((answer) => !answer.ok && answer.error.kind === 'Unavailable' && answer.error.outcome)
  assert.deepEqual(outcomes, ['unknown', 'none', 'none'])
  assert.ok((await writer.change(creating('b'))).ok)
  assert.deepEqual(names(directory), ['b'])
})

/** A node that says when it holds an update, and no sooner. */
function slowNode(publisher: StatePublisher) {
  const held: (() => void)[] = []
  const leave = publisher.watch(() => new Promise<void>((resolve) => held.push(resolve)))
  const confirm = async () => {
    for (const resolve of held.splice(0)) resolve()
    await turns()
  }
  return { confirm, leave }
}

/** Lets go on what waits for nothing but its turn: nodes are told one in a turn. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

async function whileANodeLags(context: TestContext) {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const parts = setUp()
  await parts.writer.change(nothing)
  const node = slowNode(parts.publisher)
  await turns()
  await node.confirm()
  const first = parts.writer.change(creating('a'))
  const behind = parts.writer.change(creating('b'))
  await turns()
  context.mock.timers.tick(waitMaxMs)
  return { ...parts, node, first: await first, behind: await behind }
}

const outcomeOf = (answer: Result<unknown, DomainError>) =>
  answer.ok ? 'done' : answer.error.kind === 'Unavailable' && answer.error.outcome

test('nothing is shown before every node holds it, however long one takes; whoever waits is answered in time', async (context) => {
  const { node, first, behind, directory, repository, writer } = await whileANodeLags(context)
  assert.deepEqual([outcomeOf(first), outcomeOf(behind)], ['unknown', 'none'])
  context.mock.timers.tick(3_600_000)
  await turns()
  assert.deepEqual(names(directory), [])
  await node.confirm()
  assert.deepEqual(names(directory), ['a'])
  const next = writer.change(creating('c'))
  await turns()
  await node.confirm()
  assert.equal(outcomeOf(await next), 'done')
  assert.deepEqual(
    repository.stored.streams.map(({ name }) => name),
    ['a', 'c'],
    'what was refused is never done',
  )
})

test('a node that leaves is not waited for', async (context) => {
  const { node, directory, writer } = await whileANodeLags(context)
  node.leave()
  await turns()
  assert.deepEqual(names(directory), ['a'])
  assert.equal(outcomeOf(await writer.change(creating('c'))), 'done')
})

test('what is read again is shown when every node holds it', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const { repository, directory, publisher, writer } = setUp()
  const node = slowNode(publisher)
  await turns()
  await node.confirm()
  repository.stored = { revision: 7, streams: [stream('b')], accounts: [] }
  const seen = writer.verify(names)
  await turns()
  context.mock.timers.tick(waitMaxMs)
  assert.equal(outcomeOf(await seen), 'none')
  assert.deepEqual(names(directory), [])
  await node.confirm()
  assert.deepEqual(await writer.verify(names), ok(['b']))
})

test('a decision that throws leaves the writer working', async () => {
  const { writer } = setUp()
  await assert.rejects(writer.change(() => assert.fail('broken')))
  assert.ok((await writer.change(creating('a'))).ok)
})
