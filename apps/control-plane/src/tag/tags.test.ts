import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestPostgres, type TestPostgres } from '@millrace/testkit'
import { TestControlPlane } from '../control-plane.fixture.js'
import { createdMs } from '../stream/stream.fixture.js'

let postgres: TestPostgres
before(async () => {
  postgres = await startTestPostgres()
})
after(() => postgres.remove())

const streamArn = 'arn:aws:kinesis:us-east-1:000000000000:stream/orders'
const consumerArn = `${streamArn}/consumer/app:${createdMs / 1000}`

async function onStream(use: (plane: TestControlPlane) => Promise<void>, config = {}): Promise<void> {
  const plane = await TestControlPlane.start(postgres, { config })
  await plane.output('CreateStream', { StreamName: 'orders', ShardCount: 1, Tags: { team: 'a' } })
  await plane.settle()
  await use(plane)
  await plane.service.stop()
}

const tagsOf = async (plane: TestControlPlane, ResourceARN = streamArn) => {
  const { Tags = [] } = await plane.output('ListTagsForResource', { ResourceARN })
  return Tags.map(({ Key, Value }) => [Key, Value])
}

test('tags are added, replaced and removed, of a stream by name and by ARN, and survive a restart', () =>
  onStream(async (plane) => {
    await plane.output('AddTagsToStream', { StreamName: 'orders', Tags: { cost: '', team: 'b' } })
    await plane.output('TagResource', { ResourceARN: streamArn, Tags: { zone: 'ü _./=+-@:' } })
    const all = [
      ['cost', ''],
      ['team', 'b'],
      ['zone', 'ü _./=+-@:'],
    ]
    assert.deepEqual(await tagsOf(plane), all)
    const again = await TestControlPlane.start(postgres, { databaseUrl: plane.databaseUrl, clock: plane.clock })
    assert.deepEqual(await tagsOf(again), all)
    await again.output('RemoveTagsFromStream', { StreamARN: streamArn, TagKeys: ['cost', 'none', 'cost'] })
    await again.output('UntagResource', { ResourceARN: streamArn, TagKeys: ['zone'] })
    assert.deepEqual(await tagsOf(again), [['team', 'b']])
    await again.service.stop()
  }))

test('consumers have tags of their own', () =>
  onStream(async (plane) => {
    await plane.output('RegisterStreamConsumer', { StreamARN: streamArn, ConsumerName: 'app', Tags: { a: '1' } })
    await plane.output('TagResource', { ResourceARN: consumerArn, Tags: { b: '2' } })
    assert.deepEqual(await tagsOf(plane, consumerArn), [
      ['a', '1'],
      ['b', '2'],
    ])
    await plane.output('UntagResource', { ResourceARN: consumerArn, TagKeys: ['a'] })
    const again = await TestControlPlane.start(postgres, { databaseUrl: plane.databaseUrl, clock: plane.clock })
    assert.deepEqual(await tagsOf(again, consumerArn), [['b', '2']])
    assert.deepEqual(await tagsOf(again), [['team', 'a']])
    await again.service.stop()
    await plane.settle()
    await plane.output('DeregisterStreamConsumer', { ConsumerARN: consumerArn })
    assert.deepEqual(await plane.refusal('TagResource', { ResourceARN: consumerArn, Tags: { b: '3' } }), {
      kind: 'ResourceInUse',
      message: 'Consumer app under stream orders and account 000000000000 is being deleted.',
    })
  }))

test('tags come in the order of code points, page by page', () =>
  onStream(async (plane) => {
    const keys = ['A', 'Z', 'a', 'ä', '\u{2c00}', '\u{d7ff}']
    await plane.output('RemoveTagsFromStream', { StreamName: 'orders', TagKeys: ['team'] })
    await plane.output('AddTagsToStream', {
      StreamName: 'orders',
      Tags: Object.fromEntries(keys.toReversed().map((key) => [key, 'x'])),
    })
    const page = async (input: { ExclusiveStartTagKey?: string; Limit?: number }) => {
      const { Tags, HasMoreTags } = await plane.output('ListTagsForStream', { StreamName: 'orders', ...input })
      return [Tags.map(({ Key }) => Key), HasMoreTags]
    }
    assert.deepEqual(await page({}), [keys, false])
    assert.deepEqual(await page({ Limit: 4 }), [keys.slice(0, 4), true])
    assert.deepEqual(await page({ Limit: 4, ExclusiveStartTagKey: 'ä' }), [keys.slice(4), false])
    assert.deepEqual(await page({ Limit: 2, ExclusiveStartTagKey: 'B' }), [['Z', 'a'], true], 'a key that is not there')
    assert.deepEqual(await page({ ExclusiveStartTagKey: '\u{d7ff}' }), [[], false])
  }))

test('a resource has at most so many tags, of which those that are replaced count once', () =>
  onStream(async (plane) => {
    const tags = (from: number, to: number) =>
      Object.fromEntries(Array.from({ length: to - from }, (_, i) => [`k${from + i}`, 'x']))
    await plane.output('AddTagsToStream', { StreamName: 'orders', Tags: tags(0, 49) })
    await plane.output('AddTagsToStream', { StreamName: 'orders', Tags: { ...tags(0, 49), team: 'b' } })
    const full = (kind: string, name: string) => ({
      kind: 'InvalidArgument',
      message: `Failed to add tags to ${kind} ${name} under account 000000000000 because a given ${kind} cannot have more than 50 tags associated with it.`,
    })
    const added = { StreamName: 'orders', Tags: { one: 'more' } }
    assert.deepEqual(await plane.refusal('AddTagsToStream', added), full('stream', 'orders'))
    const tagged = { ResourceARN: streamArn, Tags: { team: 'c', one: 'more' } }
    assert.deepEqual(await plane.refusal('TagResource', tagged), full('resource', streamArn))
    assert.ok(
      (await tagsOf(plane)).some(([key, value]) => key === 'team' && value === 'b'),
      'nothing is half applied',
    )
  }))

test('the number of tags can be raised', () =>
  onStream(
    async (plane) => {
      const tags = Object.fromEntries(Array.from({ length: 59 }, (_, i) => [`k${i}`, 'x']))
      await plane.output('AddTagsToStream', { StreamName: 'orders', Tags: tags })
      assert.equal(
        (await plane.refusal('AddTagsToStream', { StreamName: 'orders', Tags: { one: 'more' } })).kind,
        'InvalidArgument',
      )
    },
    { tagsPerResourceMax: 60 },
  ))

test('what AWS refuses in keys and values is refused, each in its words', () =>
  onStream(async (plane) => {
    const characters =
      'Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @.'
    const percent = (attempt: string) =>
      `Failed to ${attempt} stream orders under account 000000000000 because some tags contained illegal characters. The allowed characters are Unicode letters, white-spaces, '_',',','/','=','+','-','@'.`
    for (const [key, value, message] of [
      ['a;b', '', characters],
      ['a', 'b,c', characters],
      ['a%b', '', percent('add tags to')],
    ] as const) {
      const refused = { kind: 'InvalidArgument', message }
      assert.deepEqual(await plane.refusal('AddTagsToStream', { StreamName: 'orders', Tags: { [key]: value } }), refused)
      const ofResource = { ...refused, message: message.replace('stream orders', `resource ${streamArn}`) }
      assert.deepEqual(await plane.refusal('TagResource', { ResourceARN: streamArn, Tags: { [key]: value } }), ofResource)
    }
    for (const [key, message] of [
      ['a\tb', characters],
      ['a%b', percent('remove tags from')],
    ] as const) {
      const refused = { kind: 'InvalidArgument', message }
      assert.deepEqual(await plane.refusal('RemoveTagsFromStream', { StreamName: 'orders', TagKeys: [key] }), refused)
      assert.deepEqual(await plane.refusal('UntagResource', { ResourceARN: streamArn, TagKeys: ['x', key] }), refused)
    }
  }))

test('a resource that is not there is not found', () =>
  onStream(async (plane) => {
    const prefix = 'arn:aws:kinesis:us-east-1:000000000000'
    const stream = { kind: 'StreamNotFound', stream: 'none', account: '000000000000' }
    assert.deepEqual(await plane.refusal('AddTagsToStream', { StreamName: 'none', Tags: { a: '' } }), stream)
    assert.deepEqual(await plane.refusal('RemoveTagsFromStream', { StreamName: 'none', TagKeys: [';'] }), stream)
    assert.deepEqual(await plane.refusal('ListTagsForStream', { StreamName: 'none' }), stream)
    assert.deepEqual(await plane.refusal('TagResource', { ResourceARN: `${prefix}:stream/none`, Tags: { a: '' } }), stream)
    for (const [name, message] of [
      ['channel/none', `Channel ${prefix}:channel/none under account 000000000000 not found.`],
      ['queue/none', `Resource ${prefix}:queue/none not found.`],
    ]) {
      const ResourceARN = `${prefix}:${name}`
      const missing = { kind: 'ResourceNotFound', message }
      assert.deepEqual(await plane.refusal('ListTagsForResource', { ResourceARN }), missing)
      assert.deepEqual(await plane.refusal('UntagResource', { ResourceARN, TagKeys: ['a'] }), missing)
    }
    const gone = `${streamArn}/consumer/app:1`
    assert.equal((await plane.refusal('ListTagsForResource', { ResourceARN: gone })).kind, 'ResourceNotFound')
  }))

test('a stream that is CREATING or DELETING shows its tags and takes no others; one that is UPDATING takes them', () =>
  onStream(async (plane) => {
    await plane.output('CreateStream', { StreamName: 'new', ShardCount: 1, Tags: { a: '1' } })
    const refused = (stream: string, state: string) => ({ kind: 'StreamNotActive', stream, account: '000000000000', state })
    assert.deepEqual((await plane.output('ListTagsForStream', { StreamName: 'new' })).Tags, [{ Key: 'a', Value: '1' }])
    assert.deepEqual(await plane.refusal('AddTagsToStream', { StreamName: 'new', Tags: { b: '' } }), refused('new', 'CREATING'))
    assert.deepEqual(
      await plane.refusal('RemoveTagsFromStream', { StreamName: 'new', TagKeys: ['a'] }),
      refused('new', 'CREATING'),
    )
    await plane.output('IncreaseStreamRetentionPeriod', { StreamName: 'orders', RetentionPeriodHours: 48 })
    await plane.output('AddTagsToStream', { StreamName: 'orders', Tags: { b: '' } })
    await plane.output('DeleteStream', { StreamName: 'orders' })
    assert.deepEqual(
      await plane.refusal('UntagResource', { ResourceARN: streamArn, TagKeys: ['b'] }),
      refused('orders', 'DELETING'),
    )
  }))
