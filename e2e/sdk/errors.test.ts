import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as sdk from '@aws-sdk/client-kinesis'
import { kinesis } from '../api/client/kinesis.js'
import { inputsOn, operations } from '../api/client/operation-inputs.js'
import { everySdk } from './client/variants.js'

const api = await kinesis()
const stream = api.arn('nobody')
const channel = `arn:aws:kinesis:${api.region}:${api.account}:channel/0123456789abcdef`
const inputs = inputsOn({ stream, consumer: `${stream}/consumer/app:1`, channel })

const commands = sdk as unknown as Record<string, new (input: object) => sdk.DescribeStreamCommand>

everySdk('errors by the AWS SDK for JavaScript', api, (client) => {
  for (const [operation, [, input]] of Object.entries(inputs)) {
    test(`${operation} of what is not there is refused with the class that the SDK has for it`, async () => {
      const Command = commands[`${operation}Command`]
      assert.ok(Command)
      await assert.rejects(client.send(new Command(input)), (error: unknown) => {
        assert.ok(error instanceof sdk.ResourceNotFoundException, String(error))
        assert.match(error.message, /nobody|0123456789abcdef/)
        assert.match(error.$metadata.requestId ?? '', /^[0-9a-f-]{36}$/)
        return true
      })
    })
  }
})

test('these suites call every operation that the SDK has with what it is for', () => {
  const folder = fileURLToPath(new URL('.', import.meta.url))
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'))
  const sources = files.map((file) => readFileSync(`${folder}/${file}`, 'utf8')).join('\n')
  const uncalled = operations.filter((name) => !new RegExp(`new ${name}Command\\(|paginate${name}\\(`).test(sources))
  assert.deepEqual(uncalled, [])
})
