import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountId } from '@millrace/model'
import fc from 'fast-check'
import { NextTokens } from './next-tokens.js'

const owner = '000000000000' as AccountId
let nowMs = 0
const tokens = new NextTokens(Buffer.alloc(32, 7), { nowMs: () => nowMs })
const problemOf = (token: string, list = 'ListShards', by = owner) => {
  const redeemed = tokens.redeem(list, by, token)
  return redeemed.ok ? undefined : redeemed.error.kind
}

test('a token gives back what it was issued for', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (next) => {
      const redeemed = tokens.redeem('ListShards', owner, tokens.issue('ListShards', owner, next))
      assert.deepEqual(redeemed, { ok: true, value: JSON.parse(JSON.stringify(next)) })
    }),
  )
})

test('a token is good for 300 seconds and not for longer', () => {
  nowMs = 1_000
  const token = tokens.issue('ListShards', owner, 1)
  nowMs = 301_000
  assert.equal(problemOf(token), undefined)
  nowMs = 301_001
  assert.equal(problemOf(token), 'ExpiredNextToken')
})

test('a token is good for its own list and account only', () => {
  const token = tokens.issue('ListShards', owner, 1)
  assert.equal(problemOf(token, 'ListStreams'), 'InvalidArgument')
  assert.equal(problemOf(token, 'ListShards', '111111111111' as AccountId), 'InvalidArgument')
})

test('a token with any byte changed, cut short, or made up is refused', () => {
  const token = tokens.issue('ListShards', owner, { after: 12 })
  const bytes = Buffer.from(token, 'base64url')
  for (let i = 0; i < bytes.length; i++) {
    const changed = Buffer.from(bytes)
    changed[i] ^= 1
    assert.equal(problemOf(changed.toString('base64url')), 'InvalidArgument')
    assert.equal(problemOf(bytes.subarray(0, i).toString('base64url')), 'InvalidArgument')
  }
  fc.assert(fc.property(fc.string(), (text) => assert.equal(problemOf(text), 'InvalidArgument')))
})
