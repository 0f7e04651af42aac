import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ServiceModel, serviceModel } from '@millrace/aws-models'
import { ShapeTable } from '../shape/shape-node.js'
import { violationText } from './validate.js'

const kinesis = new ShapeTable(serviceModel('kinesis'))

function violations(input: unknown, shape: string, shapes = kinesis): string[] {
  const text = violationText(input, shapes.structure(shape), 'com.amazonaws.kinesis.v20131202')
  if (text === undefined) return []
  const [count, listed] = text.split(/ validation errors? detected: /)
  const all = listed.split(/; (?=Value )/)
  assert.equal(Number(count), all.length)
  assert.equal(text.includes('errors'), all.length > 1)
  return all
}

test('a valid input has no violations', () => {
  assert.deepEqual(
    violations({ StreamName: 'a', Records: [{ Data: Buffer.from('x'), PartitionKey: 'k' }] }, 'PutRecordsInput'),
    [],
  )
})

test('absent required members, lengths, patterns and enums are all reported', () => {
  const input = { StreamName: '', ShardIteratorType: '', StartingSequenceNumber: '' }
  const at = (value: string, path: string) => `Value ${value} at '${path}' failed to satisfy constraint: `
  assert.deepEqual(violations(input, 'GetShardIteratorInput').sort(), [
    `${at("''", 'shardIteratorType')}Member must satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON]`,
    `${at("''", 'startingSequenceNumber')}Member must satisfy regular expression pattern: ^(0|([1-9]\\d{0,128}))$`,
    `${at("''", 'streamName')}Member must have length greater than or equal to 1`,
    `${at("''", 'streamName')}Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+`,
    `${at('null', 'shardId')}Member must not be null`,
  ])
})

test('elements of a list are named from 1, a blob as the buffer that it is', () => {
  const input = {
    StreamName: 'a',
    Records: [
      { Data: Buffer.alloc(1), PartitionKey: 'k' },
      { Data: Buffer.alloc(10_485_761), PartitionKey: '' },
    ],
  }
  assert.deepEqual(violations(input, 'PutRecordsInput').sort(), [
    "Value '' at 'records.2.member.partitionKey' failed to satisfy constraint: Member must have length greater than or equal to 1",
    "Value 'java.nio.HeapByteBuffer[pos=0 lim=10485761 cap=10485761]' at 'records.2.member.data' failed to satisfy constraint: Member must have length less than or equal to 10485760",
  ])
})

test('ten violations are listed and counted, and structures are shown with the hash that Java gives them', () => {
  const records = Array.from({ length: 501 }, () => ({ Data: Buffer.alloc(0), PartitionKey: '' }))
  const all = violations({ StreamName: '', Records: records }, 'PutRecordsInput')
  assert.equal(all.length, 10)
  const shown = records.map(() => 'com.amazonaws.kinesis.v20131202.PutRecordsRequestEntry@c965e310').join(', ')
  assert.equal(
    all[0],
    `Value '[${shown}]' at 'records' failed to satisfy constraint: Member must have length less than or equal to 500`,
  )
})

test('numbers break their bounds by value', () => {
  assert.deepEqual(violations({ Limit: 0 }, 'ListStreamsInput'), [
    "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
  ])
  assert.deepEqual(violations({ Limit: 2_147_483_647 }, 'ListStreamsInput'), [
    "Value '2147483647' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
  ])
})

test('a retention period has the bound that AWS holds it to and its published model does not have', () => {
  assert.deepEqual(violations({ StreamName: 'a', RetentionPeriodHours: 0 }, 'IncreaseStreamRetentionPeriodInput'), [
    "Value '0' at 'retentionPeriodHours' failed to satisfy constraint: Member must have value greater than or equal to 1",
  ])
})

test('keys and values of a map, and the strings of a list, are judged together', () => {
  const key = 'k'.repeat(129)
  assert.deepEqual(violations({ StreamName: 'a', Tags: { a: 'b', [key]: 'v'.repeat(257) } }, 'AddTagsToStreamInput'), [
    `Value '{a=b, ${key}=${'v'.repeat(257)}}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]`,
    `Value '{a=b, ${key}=${'v'.repeat(257)}}' at 'tags' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 0]`,
  ])
  assert.deepEqual(violations({ StreamName: 'a', TagKeys: ['a', ''] }, 'RemoveTagsFromStreamInput'), [
    "Value '[a, ]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]",
  ])
})

test('a null element of a list is a violation', () => {
  assert.deepEqual(violations({ StreamName: 'a', Records: [undefined] }, 'PutRecordsInput'), [
    "Value null at 'records.1.member' failed to satisfy constraint: Member must not be null",
  ])
})

test('a text made to hurt a backtracking pattern never meets it, and what is shown of it is bounded', () => {
  const arn = `arn:aws${':kinesis:'.repeat(1_000_000)}`
  const [violation, ...rest] = violations({ StreamARN: arn }, 'DescribeStreamInput')
  assert.deepEqual(rest, [])
  assert.ok(
    violation.endsWith("...' at 'streamARN' failed to satisfy constraint: Member must have length less than or equal to 2048"),
  )
  assert.ok(violation.length < 300_000)
})

test('shapes may lead back to themselves', () => {
  const model: ServiceModel = {
    metadata: serviceModel('kinesis').metadata,
    operations: {},
    shapes: {
      Tree: { type: 'structure', required: ['Name'], members: { Name: { shape: 'Name' }, Children: { shape: 'Trees' } } },
      Trees: { type: 'list', member: { shape: 'Tree' } },
      Name: { type: 'string', min: 1 },
    },
  }
  const tree = { Name: 'a', Children: [{ Name: 'b', Children: [{ Name: '' }, {}] }] }
  assert.deepEqual(violations(tree, 'Tree', new ShapeTable(model)), [
    "Value '' at 'children.1.member.children.1.member.name' failed to satisfy constraint: Member must have length greater than or equal to 1",
    "Value null at 'children.1.member.children.2.member.name' failed to satisfy constraint: Member must not be null",
  ])
})
