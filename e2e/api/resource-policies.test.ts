import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assertError, assertViolations, streamNotFound, violation } from './client/expect.js'
import { type Json, kinesis } from './client/kinesis.js'
import { create, createStream, freshName, until } from './client/streams.js'

const api = await kinesis()

const statement = (Resource: string) => ({
  Effect: 'Allow',
  Principal: { AWS: '111111111111' },
  Action: ['kinesis:DescribeStreamSummary', 'kinesis:ListShards', 'kinesis:PutRecord', 'kinesis:PutRecords'],
  Resource,
})
const policyFor = (resource: string, given: object = {}) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement(resource), ...given }] }, null, 2)

async function activeConsumer(StreamARN: string): Promise<string> {
  const { Consumer } = await api.ok('RegisterStreamConsumer', { StreamARN, ConsumerName: 'app' })
  const { ConsumerARN } = Consumer
  await until(
    () => api.ok('DescribeStreamConsumer', { ConsumerARN }),
    ({ ConsumerDescription }) => ConsumerDescription.ConsumerStatus === 'ACTIVE',
  )
  return ConsumerARN
}

suite('a policy', () => {
  test('of a stream or of a consumer is put without an answer, got without its white space, and deleted', async () => {
    const streamArn = api.arn(await createStream(api, { ShardCount: 1 }))
    for (const ResourceARN of [streamArn, await activeConsumer(streamArn)]) {
      assert.deepEqual(await api.ok('GetResourcePolicy', { ResourceARN }), { Policy: '{}' })
      const Policy = policyFor(ResourceARN)
      const reply = await api.send(api.operation('PutResourcePolicy', { ResourceARN, Policy }))
      assert.deepEqual([reply.status, reply.text], [200, ''])
      const got = { Policy: JSON.stringify(JSON.parse(Policy)) }
      assert.deepEqual(await api.ok('GetResourcePolicy', { ResourceARN }), got)
      assert.equal(await api.ok('DeleteResourcePolicy', { ResourceARN }), undefined)
      assert.deepEqual(await api.ok('GetResourcePolicy', { ResourceARN }), { Policy: '{}' })
      assertError(
        await api.call('DeleteResourcePolicy', { ResourceARN }),
        'ResourceNotFoundException',
        `No resource policy found for resource ARN ${ResourceARN}.`,
      )
    }
  })
})

suite('a policy is refused', () => {
  test('where it is none, or one that says nothing of its resource', async () => {
    const ResourceARN = api.arn(await createStream(api, { ShardCount: 1 }))
    const refusal = (Policy: Json) => api.call('PutResourcePolicy', { ResourceARN, Policy })
    const statement = 'Resource policy contains invalid statement at line 4, column 5:'
    const action = `${statement} Action field cannot contain invalid actions`
    const other = `${statement} The resource policy's resource must be the same as the resource ARN.`
    for (const [policy, problem] of [
      ['{', 'This policy contains invalid Json'],
      [policyFor(ResourceARN, { Principal: undefined }), 'Missing required field Principal'],
      [policyFor(ResourceARN, { Action: 'kinesis:Nothing' }), action],
      [policyFor(ResourceARN, { Action: 'kinesis:*' }), action],
      [policyFor(`${ResourceARN}x`), other],
      [policyFor('*'), other],
    ]) {
      assertError(await refusal(policy), 'InvalidArgumentException', `Policy validation error: ${problem}`)
    }
    const long = policyFor(ResourceARN, { Sid: 'a'.repeat(20_480) })
    assertError(await refusal(long), 'LimitExceededException', 'Cannot exceed quota for PolicySize: 20480')
    assertViolations(await api.call('PutResourcePolicy', { ResourceARN: 'x' }), [
      violation(
        'resourceARN',
        "'x'",
        'satisfy regular expression pattern: arn:aws.*:kinesis:.*:\\d{12}:.*(stream|channel|queue)/\\S+',
      ),
      violation('policy', 'null', 'not be null'),
    ])
  })

  test('where its resource is not there, not ACTIVE, or in another account', async () => {
    const name = freshName()
    const ResourceARN = api.arn(name)
    const Policy = policyFor(ResourceARN)
    for (const operation of ['PutResourcePolicy', 'GetResourcePolicy', 'DeleteResourcePolicy']) {
      const answer = await api.call(operation, { ResourceARN, Policy })
      assertError(answer, 'ResourceNotFoundException', streamNotFound(api, name))
    }
    await create(api, { StreamName: name, ShardCount: 1 })
    assertError(
      await api.call('PutResourcePolicy', { ResourceARN, Policy }),
      'ResourceInUseException',
      `Stream ${name} under account ${api.account} not ACTIVE, instead in state CREATING`,
    )
    const foreign = ResourceARN.replace(api.account, '999999999999')
    const answer = await api.call('PutResourcePolicy', { ResourceARN: foreign, Policy: policyFor(foreign) })
    assert.equal(answer.body.__type, 'AccessDeniedException')
  })

  test('of a consumer that is not ACTIVE', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    const { Consumer } = await api.ok('RegisterStreamConsumer', { StreamARN: api.arn(name), ConsumerName: 'app' })
    const ResourceARN = Consumer.ConsumerARN
    assertError(
      await api.call('PutResourcePolicy', { ResourceARN, Policy: policyFor(ResourceARN) }),
      'ResourceInUseException',
      `Consumer app with creation timestamp ${Consumer.ConsumerCreationTimestamp} under stream ${name} and account ${api.account} is not in ACTIVE status.`,
    )
  })
})
