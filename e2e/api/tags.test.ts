import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assertError, streamNotFound } from './client/expect.js'
import { type Json, kinesis } from './client/kinesis.js'
import { createStream, freshName } from './client/streams.js'

const api = await kinesis()
const characters =
  'Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @.'
const percent = (attempt: string, tagged: string) =>
  `Failed to ${attempt} ${tagged} under account ${api.account} because some tags contained illegal characters. The allowed characters are Unicode letters, white-spaces, '_',',','/','=','+','-','@'.`

const newStream = (Tags?: Record<string, string>) => createStream(api, { ShardCount: 1, ...(Tags ? { Tags } : {}) })
const pairs = (tags: Json[]) => tags.map(({ Key, Value }) => [Key, Value])
const tagsOf = async (StreamName: string) => pairs((await api.ok('ListTagsForStream', { StreamName })).Tags)
const numbered = (from: number, to: number) =>
  Object.fromEntries(Array.from({ length: to - from }, (_, i) => [`key ${String(from + i).padStart(3, '0')}`, `${from + i}`]))

suite('the tags of a stream', () => {
  test('are those of its creation, and those that were added, replaced and removed since', async () => {
    const StreamName = await newStream({ team: 'a', cost: '' })
    assert.deepEqual(await tagsOf(StreamName), [
      ['cost', ''],
      ['team', 'a'],
    ])
    assert.equal(await api.ok('AddTagsToStream', { StreamName, Tags: { team: 'b', 'ü0 _.': '/=+-@:' } }), undefined)
    assert.equal(await api.ok('RemoveTagsFromStream', { StreamARN: api.arn(StreamName), TagKeys: ['cost', 'none'] }), undefined)
    assert.deepEqual(await tagsOf(StreamName), [
      ['team', 'b'],
      ['ü0 _.', '/=+-@:'],
    ])
  })

  test('are listed in the order of code points, in pages', async () => {
    const StreamName = await newStream({ b: '', B: '', ä: '', _: '', '1': '' })
    const list = (input: object): Promise<Json> => api.ok('ListTagsForStream', { StreamName, ...input })
    const all = ['1', 'B', '_', 'b', 'ä']
    const whole = await list({})
    assert.deepEqual(
      [whole.Tags.map((tag: Json) => tag.Key), whole.HasMoreTags, Object.keys(whole).sort()],
      [all, false, ['HasMoreTags', 'Tags']],
    )
    const seen: string[] = []
    for (let after: string | undefined; ; ) {
      const page: Json = await list({ Limit: 2, ...(after === undefined ? {} : { ExclusiveStartTagKey: after }) })
      seen.push(...page.Tags.map((tag: Json) => tag.Key))
      if (!page.HasMoreTags) break
      after = seen.at(-1)
      assert.equal(page.Tags.length, 2)
    }
    assert.deepEqual(seen, all)
    assert.deepEqual(await list({ ExclusiveStartTagKey: 'ä' }), { Tags: [], HasMoreTags: false })
    assert.deepEqual((await list({ ExclusiveStartTagKey: 'C' })).Tags[0].Key, '_', 'a key that no tag has')
  })

  test('are at most fifty, and one too many adds none', async () => {
    const StreamName = await newStream({ first: '' })
    await api.ok('AddTagsToStream', { StreamName, Tags: numbered(0, 49) })
    const message = (kind: string, name: string) =>
      `Failed to add tags to ${kind} ${name} under account ${api.account} because a given ${kind} cannot have more than 50 tags associated with it.`
    const refused = await api.call('AddTagsToStream', { StreamName, Tags: { first: 'changed', other: '' } })
    assertError(refused, 'InvalidArgumentException', message('stream', StreamName))
    const ResourceARN = api.arn(StreamName)
    assertError(
      await api.call('TagResource', { ResourceARN, Tags: numbered(48, 51) }),
      'InvalidArgumentException',
      message('resource', ResourceARN),
    )
    await api.ok('AddTagsToStream', { StreamName, Tags: { first: 'changed', ...numbered(0, 9) } })
    const tags = await tagsOf(StreamName)
    assert.equal(tags.length, 50)
    assert.deepEqual(tags[0], ['first', 'changed'])
    await api.ok('RemoveTagsFromStream', { StreamName, TagKeys: Object.keys(numbered(0, 49)) })
    assert.deepEqual(await tagsOf(StreamName), [['first', 'changed']])
  })

  test('have no characters that AWS does not take', async () => {
    const StreamName = await newStream()
    const ResourceARN = api.arn(StreamName)
    for (const text of ['a;b', 'a,b', 'a\tb', 'a\nb', 'a#b', '💣']) {
      for (const Tags of [{ [text]: '' }, { a: text }]) {
        assertError(await api.call('AddTagsToStream', { StreamName, Tags }), 'InvalidArgumentException', characters)
        assertError(await api.call('TagResource', { ResourceARN, Tags }), 'InvalidArgumentException', characters)
      }
      const TagKeys = ['a', text]
      assertError(await api.call('RemoveTagsFromStream', { StreamName, TagKeys }), 'InvalidArgumentException', characters)
      assertError(await api.call('UntagResource', { ResourceARN, TagKeys }), 'InvalidArgumentException', characters)
    }
    const add = (tagged: string) => percent('add tags to', tagged)
    const remove = percent('remove tags from', `stream ${StreamName}`)
    const added = await api.call('AddTagsToStream', { StreamName, Tags: { 'a%b': '' } })
    assertError(added, 'InvalidArgumentException', add(`stream ${StreamName}`))
    const tagged = await api.call('TagResource', { ResourceARN, Tags: { a: '%' } })
    assertError(tagged, 'InvalidArgumentException', add(`resource ${ResourceARN}`))
    assertError(await api.call('RemoveTagsFromStream', { StreamName, TagKeys: ['%'] }), 'InvalidArgumentException', remove)
    assertError(await api.call('UntagResource', { ResourceARN, TagKeys: ['%'] }), 'InvalidArgumentException', remove)
    assert.deepEqual(await tagsOf(StreamName), [])
  })

  test('are not those that AWS itself gives', async () => {
    const StreamName = await newStream()
    const system = "Some tag keys in the request started with 'aws:'. System tags cannot be modified."
    const Tags = { a: '', 'aws:b': '' }
    assertError(await api.call('AddTagsToStream', { StreamName, Tags }), 'InvalidArgumentException', system)
    assertError(await api.call('TagResource', { ResourceARN: api.arn(StreamName), Tags }), 'InvalidArgumentException', system)
    assert.deepEqual(await tagsOf(StreamName), [])
  })

  test('may have any name that JavaScript objects have too', async () => {
    const StreamName = await newStream()
    const body = `{"StreamName":"${StreamName}","Tags":{"__proto__":"a","constructor":"b"}}`
    assert.equal((await api.call('AddTagsToStream', body)).status, 200)
    assert.deepEqual(await tagsOf(StreamName), [
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ])
  })

  test('are not those of a stream that is not there', async () => {
    const none = ['ResourceNotFoundException', streamNotFound(api, 'none')] as const
    assertError(await api.call('AddTagsToStream', { StreamName: 'none', Tags: { a: '' } }), ...none)
    assertError(await api.call('RemoveTagsFromStream', { StreamName: 'none', TagKeys: [';'] }), ...none)
    assertError(await api.call('ListTagsForStream', { StreamName: 'none' }), ...none)
    for (const operation of ['TagResource', 'UntagResource', 'ListTagsForResource']) {
      const input = { ResourceARN: api.arn('none'), Tags: { a: '' }, TagKeys: ['a'] }
      assertError(await api.call(operation, input), ...none)
    }
  })
})

suite('the tags of a resource', () => {
  test('are those of the stream, where it is one', async () => {
    const StreamName = await newStream({ a: '1' })
    const ResourceARN = api.arn(StreamName)
    assert.equal(await api.ok('TagResource', { ResourceARN, Tags: { b: '2' } }), undefined)
    assert.equal(await api.ok('UntagResource', { ResourceARN, TagKeys: ['a'] }), undefined)
    assert.deepEqual(await api.ok('ListTagsForResource', { ResourceARN }), { Tags: [{ Key: 'b', Value: '2' }] })
    assert.deepEqual(await tagsOf(StreamName), [['b', '2']])
  })

  test('are its own, where it is a consumer', async () => {
    const StreamName = await newStream({ a: '1' })
    const { Consumer } = await api.ok('RegisterStreamConsumer', {
      StreamARN: api.arn(StreamName),
      ConsumerName: 'app',
      Tags: { c: '3' },
    })
    const ResourceARN = Consumer.ConsumerARN
    assert.deepEqual(pairs((await api.ok('ListTagsForResource', { ResourceARN })).Tags), [['c', '3']])
    await api.ok('TagResource', { ResourceARN, Tags: { d: '' } })
    await api.ok('UntagResource', { ResourceARN, TagKeys: ['c'] })
    assert.deepEqual(pairs((await api.ok('ListTagsForResource', { ResourceARN })).Tags), [['d', '']])
    assert.deepEqual(await tagsOf(StreamName), [['a', '1']])
    const other = `${api.arn(StreamName)}/consumer/app:1`
    for (const operation of ['TagResource', 'UntagResource', 'ListTagsForResource']) {
      assertError(
        await api.call(operation, { ResourceARN: other, Tags: { a: '' }, TagKeys: ['a'] }),
        'ResourceNotFoundException',
        `Consumer app with creation timestamp 1 under stream: ${StreamName}, account ${api.account} not found.`,
      )
    }
  })

  test('are its own, where it is a channel', async () => {
    const stream = await createStream(api, { StreamModeDetails: { StreamMode: 'ON_DEMAND' }, Tags: { a: '1' } })
    const { ChannelDescription } = await api.ok('CreateChannel', {
      ChannelName: freshName(),
      ServiceExecutionRoleARN: `arn:aws:iam::${api.account}:role/delivery`,
      StreamConfigurationList: [{ StreamARN: api.arn(stream), RecordConfiguration: { RecordFormatType: 'JSON' } }],
      S3DestinationConfiguration: {
        StorageConfiguration: { BucketARN: 'arn:aws:s3:::files', ExpectedBucketOwner: '111111111111', CompressionType: 'GZIP' },
      },
      Tags: { c: '3' },
    })
    const ResourceARN = ChannelDescription.ChannelARN
    await api.ok('TagResource', { ResourceARN, Tags: { d: '' } })
    await api.ok('UntagResource', { ResourceARN, TagKeys: ['c'] })
    assert.deepEqual(pairs((await api.ok('ListTagsForResource', { ResourceARN })).Tags), [['d', '']])
    assert.deepEqual(await tagsOf(stream), [['a', '1']])
  })

  test('of a channel or queue that is not there are not found', async () => {
    for (const kind of ['channel', 'queue']) {
      const ResourceARN = `arn:aws:kinesis:${api.region}:${api.account}:${kind}/none`
      for (const operation of ['TagResource', 'UntagResource', 'ListTagsForResource']) {
        const answer = await api.call(operation, { ResourceARN, Tags: { a: '' }, TagKeys: ['a'] })
        assertError(answer, 'ResourceNotFoundException', /./)
      }
    }
  })

  test('of another account are none of ours', async () => {
    const ResourceARN = `arn:aws:kinesis:${api.region}:999999999999:stream/x`
    for (const operation of ['TagResource', 'UntagResource', 'ListTagsForResource']) {
      const answer = await api.call(operation, { ResourceARN, Tags: { a: '' }, TagKeys: ['a'] })
      assertError(answer, 'AccessDeniedException', /^User: .* is not authorized to perform: kinesis:.* on resource: .*$/)
    }
  })
})
