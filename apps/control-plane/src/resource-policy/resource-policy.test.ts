import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestPostgres, type TestPostgres } from '@millrace/testkit'
import { TestControlPlane } from '../control-plane.fixture.js'
import { account, createdMs } from '../stream/stream.fixture.js'

let postgres: TestPostgres
before(async () => {
  postgres = await startTestPostgres()
})
after(() => postgres.remove())

const streamArn = `arn:aws:kinesis:us-east-1:${account}:stream/orders`
const consumerArn = `${streamArn}/consumer/app:${createdMs / 1000}`

const policyFor = (Resource: string, given: object = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: '111111111111' }, Action: 'kinesis:PutRecord', Resource, ...given }],
  })

async function onStream(use: (plane: TestControlPlane) => Promise<void>): Promise<void> {
  const plane = await TestControlPlane.start(postgres)
  await plane.createActive({ StreamName: 'orders', ShardCount: 1 })
  await plane.output('RegisterStreamConsumer', { StreamARN: streamArn, ConsumerName: 'app' })
  await plane.settle()
  await use(plane)
  await plane.service.stop()
}

test('a stream and its consumer have a policy each: put, put again, got, deleted once', () =>
  onStream(async (plane) => {
    const policies = new Map([streamArn, consumerArn].map((arn) => [arn, ` ${policyFor(arn)}\n`]))
    for (const [ResourceARN, Policy] of policies) {
      assert.deepEqual(await plane.output('GetResourcePolicy', { ResourceARN }), { Policy: '{}' })
      await plane.output('PutResourcePolicy', { ResourceARN, Policy: policyFor(ResourceARN, { Sid: 'first' }) })
      await plane.output('PutResourcePolicy', { ResourceARN, Policy })
    }
    const again = await TestControlPlane.start(postgres, { databaseUrl: plane.databaseUrl, clock: plane.clock })
    for (const [ResourceARN, Policy] of policies) {
      assert.deepEqual(await again.output('GetResourcePolicy', { ResourceARN }), { Policy: Policy.trim() })
      await again.output('DeleteResourcePolicy', { ResourceARN })
      assert.deepEqual(await again.output('GetResourcePolicy', { ResourceARN }), { Policy: '{}' })
      assert.deepEqual(await again.refusal('DeleteResourcePolicy', { ResourceARN }), {
        kind: 'ResourceNotFound',
        message: `No resource policy found for resource ARN ${ResourceARN}.`,
      })
    }
    await again.service.stop()
  }))

test('a policy must speak of actions that there are and of its resource', () =>
  onStream(async (plane) => {
    const put = (Policy: string) => plane.call('PutResourcePolicy', { ResourceARN: streamArn, Policy })
    for (const Action of ['kinesis:PutRecord', 'Kinesis:putrecord', ['kinesis:GetRecords', 'kinesis:ListShards']]) {
      assert.ok((await put(policyFor(streamArn, { Action }))).ok, JSON.stringify(Action))
    }
    assert.ok((await put(policyFor(streamArn, { Resource: [streamArn, streamArn] }))).ok)
    const place = 'Resource policy contains invalid statement at line 1, column 38:'
    const foreign = `${place} Action field includes AWS services that are inconsistent with specified vendor`
    const unknown = `${place} Action field cannot contain invalid actions`
    const other = `${place} The resource policy's resource must be the same as the resource ARN.`
    const cases: [string, string][] = [
      ['', 'This policy contains invalid Json'],
      ['{}', 'Missing required field Statement'],
      ...['kinesis:Put', 'kinesis:*', 'kinesis:Get*', '*'].map((name): [string, string] => [
        policyFor(streamArn, { Action: ['kinesis:PutRecord', name] }),
        unknown,
      ]),
      [policyFor(streamArn, { Action: 's3:*' }), foreign],
      [policyFor(consumerArn), other],
      [policyFor('*'), other],
    ]
    for (const [policy, problem] of cases) {
      const message = `Policy validation error: ${problem}`
      assert.deepEqual(await put(policy), { ok: false, error: { kind: 'InvalidArgument', message } })
    }
    const long = policyFor(streamArn, { Sid: 'a'.repeat(20 * 1024) })
    const message = 'Cannot exceed quota for PolicySize: 20480'
    assert.deepEqual(await put(long), { ok: false, error: { kind: 'LimitExceeded', message } })
  }))

test('what is not there, not ready, or can have no policy is refused', () =>
  onStream(async (plane) => {
    const notFound = { kind: 'StreamNotFound', stream: 'ordersx', account }
    const other = `${streamArn}/consumer/app:1`
    const channel = `arn:aws:kinesis:us-east-1:${account}:channel/abc`
    const cases = [
      [`${streamArn}x`, notFound],
      [
        other,
        {
          kind: 'ResourceNotFound',
          message: `Consumer app with creation timestamp 1 under stream: orders, account ${account} not found.`,
        },
      ],
      [channel, { kind: 'InvalidArgument', message: `${channel} is not the ARN of a stream or of a consumer.` }],
    ] as const
    for (const [ResourceARN, refused] of cases) {
      assert.deepEqual(await plane.refusal('PutResourcePolicy', { ResourceARN, Policy: policyFor(ResourceARN) }), refused)
      assert.deepEqual(await plane.refusal('GetResourcePolicy', { ResourceARN }), refused)
      assert.deepEqual(await plane.refusal('DeleteResourcePolicy', { ResourceARN }), refused)
    }
    const put = (ResourceARN: string) => plane.refusal('PutResourcePolicy', { ResourceARN, Policy: policyFor(ResourceARN) })
    await plane.output('DeregisterStreamConsumer', { ConsumerARN: consumerArn })
    assert.deepEqual(await put(consumerArn), {
      kind: 'ResourceInUse',
      message: `Consumer app with creation timestamp ${createdMs / 1000} under stream orders and account ${account} is not in ACTIVE status.`,
    })
    await plane.output('DeleteStream', { StreamName: 'orders', EnforceConsumerDeletion: true })
    const deleting = { kind: 'StreamNotActive', stream: 'orders', account, state: 'DELETING' }
    assert.deepEqual(await put(streamArn), deleting)
    assert.deepEqual(await plane.refusal('DeleteResourcePolicy', { ResourceARN: streamArn }), deleting)
  }))
