import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assertError } from './client/expect.js'
import { kinesis } from './client/kinesis.js'
import { inputsOn, operations, withoutResource } from './client/operation-inputs.js'

const api = await kinesis()
const arnOf = (resource: string) => `arn:aws:kinesis:${api.region}:999999999999:${resource}`
const stream = arnOf('stream/theirs')
const inputs = inputsOn({ stream, consumer: `${stream}/consumer/app:1`, channel: arnOf('channel/theirs') })

suite('the resource of another account', () => {
  test('is tried with every operation that names one', () => {
    assert.deepEqual(new Set([...Object.keys(inputs), ...withoutResource]), new Set(operations))
  })

  for (const [operation, [resource, input]] of Object.entries(inputs)) {
    test(`is not for ${operation}, whether it is there or not`, async () => {
      const answer = await api.call(operation, input)
      const [user = ''] = /^User: (\S+)/.exec(answer.body?.Message ?? '') ?? []
      const action = `kinesis:${operation}`
      assertError(
        answer,
        'AccessDeniedException',
        `${user} is not authorized to perform: ${action} on resource: ${resource} because no resource-based policy allows the ${action} action`,
      )
      assert.match(user, /^User: arn:aws:iam::\d{12}:/)
    })
  }
})
