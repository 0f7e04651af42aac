import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assertError, assertViolations, streamNotFound, violation } from './client/expect.js'
import { type Json, kinesis } from './client/kinesis.js'
import { active, create, createStream, freshName } from './client/streams.js'

const api = await kinesis()

const KeyId = 'alias/aws/kinesis'
const encryption = (StreamName: string, key = KeyId) => ({ StreamName, EncryptionType: 'KMS', KeyId: key })
const described = async (StreamName: string): Promise<Json> =>
  (await api.ok('DescribeStreamSummary', { StreamName })).StreamDescriptionSummary

suite('encryption', () => {
  test('starts without an answer: the stream is UPDATING and then ACTIVE, and shows its key until encryption stops', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    const reply = await api.send(api.operation('StartStreamEncryption', encryption(name)))
    assert.deepEqual([reply.status, reply.text], [200, ''])
    assert.equal((await described(name)).StreamStatus, 'UPDATING')
    const encrypted = await active(api, name)
    assert.deepEqual([encrypted.EncryptionType, encrypted.KeyId], ['KMS', KeyId])
    await api.ok('StopStreamEncryption', encryption(name))
    assert.equal((await described(name)).StreamStatus, 'UPDATING')
    const plain = await active(api, name)
    assert.deepEqual([plain.EncryptionType, plain.KeyId], ['NONE', undefined])
  })

  test('with the key that is in force makes the stream UPDATING again', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    await api.ok('StartStreamEncryption', encryption(name))
    await active(api, name)
    await api.ok('StartStreamEncryption', encryption(name))
    assert.equal((await described(name)).StreamStatus, 'UPDATING')
    assert.equal((await active(api, name)).KeyId, KeyId)
  })

  test('takes the key by the ARN of its alias', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    const arn = `arn:aws:kms:${api.region}:${api.account}:${KeyId}`
    await api.ok('StartStreamEncryption', { ...encryption(name, arn), StreamName: undefined, StreamARN: api.arn(name) })
    assert.equal((await active(api, name)).KeyId, arn)
  })
})

suite('encryption is refused', () => {
  test('with a key that is not there', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    const prefix = `arn:aws:kms:${api.region}:${api.account}:`
    const id = '12345678-1234-1234-1234-123456789012'
    for (const [key, message] of [
      ['alias/mine', `Alias ${prefix}alias/mine is not found.`],
      [id, `Key '${prefix}key/${id}' does not exist`],
      ['mine', 'Invalid keyId mine'],
      [`arn:aws:kms:elsewhere:${api.account}:${KeyId}`, 'Invalid arn elsewhere'],
    ] as const) {
      assertError(await api.call('StartStreamEncryption', encryption(name, key)), 'KMSNotFoundException', message)
    }
  })

  test('of a stream that is CREATING, and of one that is not there', async () => {
    const missing = freshName()
    for (const operation of ['StartStreamEncryption', 'StopStreamEncryption']) {
      const name = freshName()
      await create(api, { StreamName: name, ShardCount: 1 })
      assertError(
        await api.call(operation, encryption(name)),
        'ResourceInUseException',
        `Stream ${name} under account ${api.account} not ACTIVE, instead in state CREATING`,
      )
      assertError(await api.call(operation, encryption(missing)), 'ResourceNotFoundException', streamNotFound(api, missing))
    }
  })

  test('with another type than KMS, and without what it needs', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    for (const operation of ['StartStreamEncryption', 'StopStreamEncryption']) {
      const none = await api.call(operation, { ...encryption(name), EncryptionType: 'NONE' })
      assertError(none, 'InvalidArgumentException', 'Encryption type cannot be NONE.')
      assertViolations(await api.call(operation, { StreamName: name }), [
        violation('encryptionType', 'null', 'not be null'),
        violation('keyId', 'null', 'not be null'),
      ])
    }
  })

  test('to stop where nothing is encrypted', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    const message = 'Cannot stop encrypting an unencrypted stream.'
    assertError(await api.call('StopStreamEncryption', encryption(name)), 'InvalidArgumentException', message)
    assert.equal((await described(name)).StreamStatus, 'ACTIVE')
  })

  test('with a type that there is not', async () => {
    const call = await api.call('StartStreamEncryption', { ...encryption(freshName()), EncryptionType: 'AES' })
    assertViolations(call, [violation('encryptionType', "'AES'", 'satisfy enum value set: [KMS, NONE]')])
  })

  test('to stop with another key than that of the stream', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    await api.ok('StartStreamEncryption', encryption(name))
    await active(api, name)
    const message = `Stream ${name} under account ${api.account} is not encrypted with the key alias/mine.`
    assertError(await api.call('StopStreamEncryption', encryption(name, 'alias/mine')), 'InvalidArgumentException', message)
  })
})
