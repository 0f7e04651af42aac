import { suite, test } from 'node:test'
import { assertError } from './client/expect.js'
import { kinesis } from './client/kinesis.js'
import { onStream } from './client/operation-inputs.js'

const api = await kinesis()

/** These are named by an ARN alone, which the model requires; ListShards has words of its own. */
const otherwise = new Set([
  'ListShards',
  'ListStreamConsumers',
  'RegisterStreamConsumer',
  'UpdateMaxRecordSize',
  'UpdateStreamMode',
  'UpdateStreamRecordDistributionStrategy',
])
const calls = Object.entries(onStream).filter(([operation]) => !otherwise.has(operation))

suite('neither a name nor an ARN of a stream', () => {
  const message = "Stream arn and stream name can't be empty at the same time"
  for (const [operation, input] of calls) {
    test(`is an invalid argument of ${operation}, and null is nothing`, async () => {
      assertError(await api.call(operation, input), 'InvalidArgumentException', message)
      const nulls = { StreamName: null, StreamARN: null }
      assertError(await api.call(operation, { ...input, ...nulls }), 'InvalidArgumentException', message)
    })
  }
})
