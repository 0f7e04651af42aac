import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Shape, serviceModel } from '@millrace/aws-models'
import * as rules from './put-rules.js'

const { shapes } = serviceModel('kinesis')

function boundsOf(shape: Shape): [min: number | undefined, max: number | undefined] {
  return 'max' in shape ? [shape.min, shape.max] : [undefined, undefined]
}

/** The longest run of `character` that a rule takes, and whether it takes none at all. */
function taken(rule: (body: Buffer, from: number, to: number) => boolean, character: string): [min: number, max: number] {
  const body = Buffer.from(character.repeat(5000))
  const lengths = Array.from({ length: 5000 }, (_, length) => length).filter((length) => rule(body, 0, length))
  return [lengths[0], lengths[lengths.length - 1]]
}

test('the bounds that the scan knows are those of the model', () => {
  assert.deepEqual(boundsOf(shapes.PutRecordsRequestEntryList), [1, rules.recordsPerPutMax])
  assert.deepEqual(boundsOf(shapes.Data), [0, rules.dataBytesMax])
  assert.deepEqual(boundsOf(shapes.PartitionKey), taken(rules.isPartitionKey, 'k'))
  assert.deepEqual(boundsOf(shapes.StreamName), taken(rules.isStreamName, 's'))
})

test('digits are taken as far as the model has them, and none with a leading zero', () => {
  for (const [shape, rule] of [
    [shapes.HashKey, rules.isHashKey],
    [shapes.SequenceNumber, rules.isSequenceNumber],
  ] as const) {
    const pattern = new RegExp(shape.type === 'string' ? (shape.pattern ?? '') : '')
    for (const text of [
      '',
      '0',
      '00',
      '01',
      '1',
      '1x',
      '-1',
      ...[38, 39, 40, 128, 129, 130].map((digits) => '9'.repeat(digits)),
    ]) {
      assert.equal(rule(Buffer.from(text), 0, text.length), pattern.test(text), text)
    }
  }
})

test('an ARN is taken as the model has it', () => {
  const arn = 'arn:aws-us-gov:kinesis:us-gov-west-1:000000000000:stream/s'
  const pattern = shapes.StreamARN.type === 'string' ? new RegExp(`^(?:${shapes.StreamARN.pattern})$`) : /never/
  for (const text of [arn, `${arn}/x`, `${arn} `, arn.replace('0:stream', ':stream'), arn.replace('kinesis', 'sqs'), 'x', '']) {
    assert.equal(rules.isStreamArn(Buffer.from(text), 0, text.length), pattern.test(text), text)
  }
  assert.deepEqual(boundsOf(shapes.StreamARN)[1], arn.length + taken((_, from, to) => isArnOf(arn, to - from), 'x')[1])
})

function isArnOf(arn: string, more: number): boolean {
  const text = arn + 'x'.repeat(more)
  return rules.isStreamArn(Buffer.from(text), 0, text.length)
}
