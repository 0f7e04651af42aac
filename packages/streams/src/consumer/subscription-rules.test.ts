import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountId, StreamName } from '@millrace/model'
import { decideSubscription, type SubscriptionHistory, subscriptionEndMs, subscriptionRefusal } from './subscription-rules.js'

const nowMs = 1_700_000_000_000
const history = (given: Partial<SubscriptionHistory>): SubscriptionHistory => ({
  isConsumerActive: true,
  isServing: false,
  ...given,
})
const decide = (given: Partial<SubscriptionHistory>) => decideSubscription(history(given), nowMs)

test('every combination of circumstances is decided by the first that holds', () => {
  for (let bits = 0; bits < 16; bits++) {
    const [inactive, subscribed, called, isServing] = [8, 4, 2, 1].map((bit) => (bits & bit) !== 0)
    const decision = decide({
      isConsumerActive: !inactive,
      subscribedMs: nowMs - (subscribed ? 4_999 : 5_000),
      calledMs: nowMs - (called ? 999 : 1_000),
      isServing,
    })
    const otherwise = called ? 'tooManyCalls' : isServing ? 'takeOver' : 'begin'
    assert.equal(decision, inactive ? 'consumerNotActive' : subscribed ? 'inUse' : otherwise, bits.toString(2))
  }
})

test('the first call of a consumer begins', () => {
  assert.equal(decide({}), 'begin')
})

test('a second call at once is in use, not too many', () => {
  assert.equal(decide({ subscribedMs: nowMs, calledMs: nowMs, isServing: true }), 'inUse')
})

test('a call within 5 s is in use even when the subscription has ended', () => {
  assert.equal(decide({ subscribedMs: nowMs - 3_000, calledMs: nowMs - 3_000, isServing: false }), 'inUse')
})

test('a refused call does not put off the take-over, but counts against one call per second', () => {
  assert.equal(decide({ subscribedMs: nowMs - 5_000, calledMs: nowMs - 1_000, isServing: true }), 'takeOver')
  assert.equal(decide({ subscribedMs: nowMs - 5_000, calledMs: nowMs - 10, isServing: true }), 'tooManyCalls')
})

test('without call rates refused calls may follow each other at once', () => {
  assert.equal(decide({ subscribedMs: nowMs - 5_000, isServing: true }), 'takeOver')
})

test('a clock that was set back refuses nobody', () => {
  assert.equal(decide({ subscribedMs: nowMs + 3_600_000, calledMs: nowMs + 3_600_000, isServing: true }), 'takeOver')
})

test('a subscription lasts five minutes', () => {
  assert.equal(subscriptionEndMs(nowMs) - nowMs, 5 * 60_000)
})

test('refusals have the texts of AWS', () => {
  const name = {
    account: '000000000000' as AccountId,
    stream: 'orders' as StreamName,
    consumer: 'billing',
    consumerCreationSecond: 1_731_291_806,
    shard: 7,
  }
  const inUse = {
    kind: 'ResourceInUse',
    message: 'Another active subscription exists for this consumer: 000000000000:orders:shardId-000000000007:billing',
  }
  assert.deepEqual(subscriptionRefusal('inUse', name), inUse)
  assert.deepEqual(subscriptionRefusal('consumerNotActive', name), {
    kind: 'ResourceInUse',
    message:
      'Consumer billing with creation timestamp 1731291806 under stream: orders , account 000000000000 is not in ACTIVE status.',
  })
  assert.equal(subscriptionRefusal('tooManyCalls', name).kind, 'LimitExceeded')
})
