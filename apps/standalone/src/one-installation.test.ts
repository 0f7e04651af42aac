import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkInstallation } from './one-installation.js'

test('a database and a log that are both new, or bound to each other, belong together', () => {
  assert.ok(checkInstallation({ logId: 'a', logIsEmpty: true, boundLogId: undefined }).ok)
  assert.ok(checkInstallation({ logId: 'a', logIsEmpty: false, boundLogId: 'a' }).ok)
})

test('a log of another installation, a lost log and a lost database are each refused', () => {
  assert.ok(!checkInstallation({ logId: 'a', logIsEmpty: false, boundLogId: 'b' }).ok)
  assert.ok(!checkInstallation({ logId: 'new', logIsEmpty: true, boundLogId: 'b' }).ok)
  assert.ok(!checkInstallation({ logId: 'a', logIsEmpty: false, boundLogId: undefined }).ok)
})
