import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestPostgres, type TestPostgres } from '@millrace/testkit'
import { TestControlPlane } from '../control-plane.fixture.js'
import { account } from '../stream/stream.fixture.js'

let postgres: TestPostgres
before(async () => {
  postgres = await startTestPostgres()
})
after(() => postgres.remove())

const KeyId = 'alias/aws/kinesis'
const keyArn = `arn:aws:kms:us-east-1:${account}:alias/aws/kinesis`
const withKey = (key: string) => ({ StreamName: 'orders', EncryptionType: 'KMS', KeyId: key }) as const

async function onStream(use: (plane: TestControlPlane) => Promise<void>): Promise<void> {
  const plane = await TestControlPlane.start(postgres)
  await plane.createActive({ StreamName: 'orders', ShardCount: 1 })
  await use(plane)
  await plane.service.stop()
}

async function state(plane: TestControlPlane) {
  const { StreamDescription } = await plane.output('DescribeStream', { StreamName: 'orders' })
  const { StreamStatus, EncryptionType, KeyId: key } = StreamDescription
  return [StreamStatus, EncryptionType, key]
}

test('encryption starts and stops, nodes are told the key at once, and it is shown when the stream is not UPDATING any more', () =>
  onStream(async (plane) => {
    const told = () => plane.updates.at(-1)?.streams[0]
    await plane.output('StartStreamEncryption', withKey(KeyId))
    assert.deepEqual(await state(plane), ['UPDATING', 'NONE', undefined])
    assert.equal(told()?.encryption?.keyId, KeyId)
    await plane.settle()
    assert.deepEqual(await state(plane), ['ACTIVE', 'KMS', KeyId])
    await plane.output('StopStreamEncryption', withKey(keyArn))
    assert.deepEqual(await state(plane), ['UPDATING', 'KMS', KeyId])
    await plane.settle()
    assert.deepEqual(await state(plane), ['ACTIVE', 'NONE', undefined])
    assert.equal(told()?.encryption, undefined)
  }))

test('as long as a node does not know it the stream is not said to be encrypted, and then not ACTIVE', () =>
  onStream(async (plane) => {
    const confirming: (() => void)[] = []
    plane.service.feed.watch(() => new Promise<void>((resolve) => confirming.push(resolve)))
    const told = async () => {
      while (confirming.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    }
    const confirm = () => confirming.splice(0).forEach((resolve) => resolve())
    await told()
    confirm()
    const started = plane.output('StartStreamEncryption', withKey(KeyId))
    await told()
    assert.deepEqual(await state(plane), ['ACTIVE', 'NONE', undefined])
    confirm()
    await started
    assert.deepEqual(await state(plane), ['UPDATING', 'NONE', undefined])
    const settled = plane.settle()
    await told()
    assert.deepEqual(await state(plane), ['UPDATING', 'NONE', undefined])
    confirm()
    await settled
    assert.deepEqual(await state(plane), ['ACTIVE', 'KMS', KeyId])
  }))

test('the key that is in force can be applied anew; what is not encrypted cannot be stopped', () =>
  onStream(async (plane) => {
    const plain = { kind: 'InvalidArgument', message: 'Cannot stop encrypting an unencrypted stream.' }
    assert.deepEqual(await plane.refusal('StopStreamEncryption', withKey(KeyId)), plain)
    assert.deepEqual(await state(plane), ['ACTIVE', 'NONE', undefined])
    await plane.output('StartStreamEncryption', withKey(KeyId))
    await plane.settle()
    await plane.output('StartStreamEncryption', withKey(KeyId))
    assert.deepEqual(await state(plane), ['UPDATING', 'KMS', KeyId])
  }))

test('the key is shown as it was named', () =>
  onStream(async (plane) => {
    await plane.output('StartStreamEncryption', withKey(keyArn))
    await plane.settle()
    assert.deepEqual(await state(plane), ['ACTIVE', 'KMS', keyArn])
    await plane.output('StartStreamEncryption', withKey(KeyId))
    assert.deepEqual(await state(plane), ['UPDATING', 'KMS', keyArn])
    await plane.settle()
    assert.deepEqual(await state(plane), ['ACTIVE', 'KMS', KeyId])
  }))

test('encryption starts 25 times in a rolling 24 hours and no more', () =>
  onStream(async (plane) => {
    const again = async () => {
      await plane.output('StartStreamEncryption', withKey(KeyId))
      await plane.settle()
      await plane.output('StopStreamEncryption', withKey(KeyId))
      await plane.settle()
    }
    for (let i = 0; i < 25; i++) await again()
    assert.deepEqual(await plane.refusal('StartStreamEncryption', withKey(KeyId)), {
      kind: 'LimitExceeded',
      message: `Encryption of stream orders under account ${account} cannot be started more than 25 times in a rolling 24-hour period.`,
    })
    plane.clock.advance(86_400_000 - 25 * 400)
    await plane.output('StartStreamEncryption', withKey(KeyId))
    await plane.settle()
    assert.equal((await plane.refusal('StartStreamEncryption', withKey(keyArn))).kind, 'LimitExceeded')
  }))

test('encryption stops 25 times in a rolling 24 hours and no more, though it was started before', () =>
  onStream(async (plane) => {
    const dayMs = 86_400_000
    await plane.output('StartStreamEncryption', withKey(KeyId))
    await plane.settle()
    plane.clock.advance(dayMs)
    for (let i = 0; i < 25; i++) {
      await plane.output('StopStreamEncryption', withKey(KeyId))
      await plane.settle()
      await plane.output('StartStreamEncryption', withKey(KeyId))
      await plane.settle()
    }
    assert.deepEqual(await plane.refusal('StopStreamEncryption', withKey(KeyId)), {
      kind: 'LimitExceeded',
      message: `Encryption of stream orders under account ${account} cannot be stopped more than 25 times in a rolling 24-hour period.`,
    })
    assert.deepEqual(await state(plane), ['ACTIVE', 'KMS', KeyId])
    plane.clock.advance(dayMs)
    await plane.output('StopStreamEncryption', withKey(KeyId))
    await plane.settle()
    assert.deepEqual(await state(plane), ['ACTIVE', 'NONE', undefined])
  }))

test('a key that is not there is not found, in the words of KMS', () =>
  onStream(async (plane) => {
    const id = '12345678-1234-1234-1234-123456789012'
    const prefix = `arn:aws:kms:us-east-1:${account}:`
    const cases = [
      ['alias/other', `Alias ${prefix}alias/other is not found.`],
      [`${prefix}alias/other`, `Alias ${prefix}alias/other is not found.`],
      [keyArn.replace(account, '999999999999'), `Alias ${keyArn.replace(account, '999999999999')} is not found.`],
      [id, `Key '${prefix}key/${id}' does not exist`],
      [`${prefix}key/${id}`, `Key '${prefix}key/${id}' does not exist`],
      [keyArn.replace('us-east-1', 'eu-west-1'), 'Invalid arn eu-west-1'],
      ['arn:aws:s3:::bucket', 'Invalid arn arn:aws:s3:::bucket'],
      ['aws/kinesis', 'Invalid keyId aws/kinesis'],
      ['alias/', 'Invalid keyId alias/'],
    ] as const
    for (const [key, message] of cases) {
      assert.deepEqual(await plane.refusal('StartStreamEncryption', withKey(key)), { kind: 'KeyNotFound', message })
    }
    assert.deepEqual(await state(plane), ['ACTIVE', 'NONE', undefined])
  }))

test('encryption is stopped by the key of the stream alone', () =>
  onStream(async (plane) => {
    await plane.output('StartStreamEncryption', withKey(KeyId))
    await plane.settle()
    for (const key of ['alias/other', 'nonsense']) {
      assert.deepEqual(await plane.refusal('StopStreamEncryption', withKey(key)), {
        kind: 'InvalidArgument',
        message: `Stream orders under account ${account} is not encrypted with the key ${key}.`,
      })
    }
  }))

for (const operation of ['StartStreamEncryption', 'StopStreamEncryption'] as const) {
  test(`${operation} is refused for a stream that is not ACTIVE or not there, and for another type`, () =>
    onStream(async (plane) => {
      assert.deepEqual(await plane.refusal(operation, { ...withKey(KeyId), StreamName: 'none' }), {
        kind: 'StreamNotFound',
        stream: 'none',
        account,
      })
      assert.deepEqual(await plane.refusal(operation, { ...withKey(KeyId), EncryptionType: 'NONE' }), {
        kind: 'InvalidArgument',
        message: 'Encryption type cannot be NONE.',
      })
      await plane.output('DeleteStream', { StreamName: 'orders' })
      assert.deepEqual(await plane.refusal(operation, withKey(KeyId)), {
        kind: 'StreamNotActive',
        stream: 'orders',
        account,
        state: 'DELETING',
      })
    }))
}
