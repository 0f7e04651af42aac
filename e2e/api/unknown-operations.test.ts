import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Tagged } from '@millrace/testkit'
import { kinesis } from './client/kinesis.js'

const api = await kinesis()

/** Operations of the model of 2026 that this server does not have yet, and some that no model has. */
const operations = [
  ...'AcknowledgeDeadLetterQueueRecords AcknowledgeQueueRecords CreateQueue DeleteQueue DescribeQueue ListQueues'.split(' '),
  ...'ReceiveDeadLetterQueueRecords ReceiveQueueRecords RestoreDeadLetterQueueRecords UpdateQueue'.split(' '),
  ...'UpdateDeadLetterQueueRecordsVisibility UpdateQueueRecordsVisibility'.split(' '),
  ...'constructor toString __proto__ hasOwnProperty'.split(' '),
]

suite('an operation that the server does not have', () => {
  for (const operation of operations) {
    test(`${operation} is unknown in JSON and in CBOR, whatever its input`, async () => {
      for (const input of [{}, { StreamName: 23, Tags: [] }]) {
        const answer = await api.call(operation, input)
        assert.deepEqual(answer.body, { __type: 'UnknownOperationException' })
        assert.equal(answer.status, 400)
      }
      const answer = await api.cbor(operation, { Timestamp: new Tagged(1, 0) })
      assert.deepEqual(answer.body, { __type: 'UnknownOperationException' })
      assert.equal(answer.status, 400)
    })
  }
})
