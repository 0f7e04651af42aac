import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import type { Credentials } from '@millrace/testkit'
import { endpointOf } from './client/endpoint.js'
import { freshRegion, Kinesis } from './client/kinesis.js'
import { exists, runClient } from './client/program.js'
import { noServerOfOwn, rootCredentials, Standalone } from './client/standalone.js'

const noCli = exists('aws', '--version') ? false : 'the AWS CLI is not on this machine'

suite('the root credentials of a server that was given none', { skip: noServerOfOwn }, async () => {
  const server = await Standalone.start({ MILLRACE_ROOT_ACCESS_KEY_ID: '', MILLRACE_ROOT_SECRET_ACCESS_KEY: '' })
  after(() => server.remove())
  const made = server.madeCredentials()
  const as = (credentials: Credentials) => new Kinesis({ ...endpointOf(server), credentials }, freshRegion())

  test('are made at the first start, for nobody else to read', async () => {
    assert.match(made.accessKeyId, /^AKIA[A-Z2-7]{16}$/)
    assert.equal(made.secretAccessKey.length, 40)
    const { mode } = await stat(join(server.dataDir, 'credentials'))
    assert.equal(mode & 0o077, 0)
    assert.equal((await as(made).call('ListStreams', {})).status, 200)
    assert.equal((await as(rootCredentials).call('ListStreams', {})).body.__type, 'UnrecognizedClientException')
  })

  test('are printed as lines that make the AWS CLI work', { skip: noCli }, async () => {
    const exported = [...server.printed().matchAll(/(AWS_[A-Z_]+)=(\S+)/g)].map(([, name, value]) => [name, value])
    const variables = Object.fromEntries(exported)
    assert.equal(variables.AWS_ACCESS_KEY_ID, made.accessKeyId)
    assert.equal(variables.AWS_SECRET_ACCESS_KEY, made.secretAccessKey)
    const { code, stdout, stderr } = await runClient(as(made), 'aws', ['kinesis', 'list-streams'], '', variables)
    assert.equal(code, 0, stderr)
    assert.deepEqual(JSON.parse(stdout).StreamNames, [])
  })

  test('are a profile that the AWS CLI takes from their file', { skip: noCli }, async () => {
    const file = {
      AWS_SHARED_CREDENTIALS_FILE: join(server.dataDir, 'credentials'),
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
    }
    const { code, stderr } = await runClient(as(made), 'aws', ['kinesis', 'list-streams', '--profile', 'default'], '', file)
    assert.equal(code, 0, stderr)
  })

  test('stay the same from start to start', async () => {
    await server.stop()
    await server.startAgain()
    assert.deepEqual(server.madeCredentials(), made)
    assert.equal((await as(made).call('ListStreams', {})).status, 200)
  })
})
