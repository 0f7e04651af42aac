import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { serviceModel } from '../service-model.js'
import { typescriptOf } from './typescript.js'

test('generating the types again gives the committed text', () => {
  const committed = readFileSync(new URL('../../src/kinesis.types.ts', import.meta.url), 'utf8')
  assert.equal(typescriptOf(serviceModel('kinesis'), 'Kinesis'), committed)
})
