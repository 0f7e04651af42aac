import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serviceModel } from '@millrace/aws-models'
import fc from 'fast-check'
import { Pattern } from './pattern.js'

const patterns = Object.values(serviceModel('kinesis').shapes).flatMap((shape) =>
  shape.type === 'string' && shape.pattern !== undefined ? [shape.pattern] : [],
)

function asRegExp(pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u')
  } catch {
    return new RegExp(`^(?:${pattern})$`)
  }
}

const pieces = [
  'arn',
  ':aws',
  'arn:aws',
  ':kinesis:',
  ':111111111111:',
  'stream/',
  'channel/',
  '/consumer/',
  ':1',
  'a',
  ':',
  ' ',
  '\n',
  '*',
  '.',
]
const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''))

test('every pattern of the model decides as a regular expression does', () => {
  for (const text of patterns) {
    const [pattern, regExp] = [new Pattern(text), asRegExp(text)]
    fc.assert(fc.property(texts, (candidate) => assert.equal(pattern.matches(candidate), regExp.test(candidate), text)))
  }
})

test('what stands between two wildcards is not found twice', () => {
  const pattern = new Pattern('a.*bb.*bb')
  assert.equal(pattern.matches('abbb'), false)
  assert.equal(pattern.matches('abbbb'), true)
})

test('a dot in a class or behind a backslash is no wildcard', () => {
  assert.equal(new Pattern('[.*]+').matches('.*'), true)
  assert.equal(new Pattern('a\\.*b').matches('a..b'), true)
  assert.equal(new Pattern('a\\.*b').matches('axb'), false)
})

test('a text made of an ARN’s parts in all places costs no combinations', () => {
  const hurtful = `arn:aws${':kinesis:'.repeat(20_000)}${':111111111111:'.repeat(20_000)}${'stream/'.repeat(200)} `
  for (const text of patterns) assert.equal(new Pattern(text).matches(hurtful), false)
})
