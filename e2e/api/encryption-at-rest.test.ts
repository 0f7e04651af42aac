import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { after, suite, test } from 'node:test'
import { endpointOf } from './client/endpoint.js'
import { freshRegion, type Json, Kinesis } from './client/kinesis.js'
import { noServerOfOwn, Standalone } from './client/standalone.js'
import { active, createStream, iterator, readAll } from './client/streams.js'

const key = { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' }

/** Whether a text stands anywhere in the data directory, the database included. */
function isOnDisk(directory: string, text: string): boolean {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((file) => path.join(file.parentPath, file.name))
  return files.some((file) => readFileSync(file).includes(text))
}

suite('encryption at rest', { skip: noServerOfOwn }, async () => {
  const own = await Standalone.start()
  after(() => own.remove())
  const api = new Kinesis(endpointOf(own), freshRegion())
  const put = (StreamName: string, text: string) =>
    api.ok('PutRecord', { StreamName, PartitionKey: 'a', Data: Buffer.from(text).toString('base64') })

  test('what is put while it is on is on no disk in the clear, is read all the same, and says that it is encrypted', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    const answers: Json[] = [await put(name, 'clear before')]
    for (const round of ['first', 'second']) {
      await api.ok('StartStreamEncryption', { StreamName: name, ...key })
      await active(api, name)
      answers.push(await put(name, `secret of the ${round} key`))
      await api.ok('StopStreamEncryption', { StreamName: name, ...key })
      await active(api, name)
    }
    answers.push(await put(name, 'clear after'))
    const types = [undefined, 'KMS', 'KMS', undefined]
    assert.deepEqual(
      answers.map(({ EncryptionType }) => EncryptionType),
      types,
    )
    const read = async () => readAll(api, await iterator(api, name))
    const before: Json[] = await read()
    assert.deepEqual(
      before.map(({ EncryptionType }) => EncryptionType),
      types,
    )
    assert.deepEqual(
      before.map(({ Data }) => Buffer.from(Data, 'base64').toString()),
      ['clear before', 'secret of the first key', 'secret of the second key', 'clear after'],
    )

    await own.kill()
    assert.equal(isOnDisk(own.dataDir, 'clear before'), true)
    assert.equal(isOnDisk(own.dataDir, 'secret of the'), false)
    await own.startAgain()
    assert.deepEqual(await read(), before)
  })
})
