import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { serviceModel } from '@millrace/aws-models'

const page = readFileSync(new URL('../../../../docs/compatibility.md', import.meta.url), 'utf8')
const errors = page.slice(page.indexOf('## Errors'))

test('every error of the model is in the compatibility page, as one that is given or as one that is not', () => {
  for (const [name, shape] of Object.entries(serviceModel('kinesis').shapes)) {
    if (shape.type !== 'structure' || shape.exception !== true) continue
    assert.equal(errors.split(`\`${name}\``).length, 2, `${name} stands there once`)
  }
})
