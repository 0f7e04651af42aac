import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type LimitName, raisableLimits } from '@millrace/model'
import { describeLimits, describeSettings } from './describe-settings.js'
import { type Environment, loadConfig } from './load-config.js'

function configOf(env: Environment) {
  const loaded = loadConfig(env, '/base')
  assert.ok(loaded.ok)
  return loaded.value
}

function problemsOf(env: Environment) {
  const loaded = loadConfig(env, '/base')
  assert.ok(!loaded.ok)
  return loaded.error
}

test('an empty environment gives the defaults of the contract', () => {
  const { config, warnings } = configOf({})
  assert.deepEqual(warnings, [])
  assert.equal(config.host, '127.0.0.1')
  assert.equal(config.port, 4567)
  assert.equal(config.dataDirectory, '/base/.millrace')
  assert.equal(config.accountId, '000000000000')
  assert.equal(config.stateDelayMs, 200)
  assert.equal(config.shardQuota, 20_000)
  assert.equal(config.rateLimits, 'on')
  assert.equal(config.adminAddress, undefined)
  assert.equal(config.rootAccessKeyId, undefined)
})

test('a relative data directory is resolved, an absolute one is kept', () => {
  assert.equal(configOf({ MILLRACE_DATA: 'here/data' }).config.dataDirectory, '/base/here/data')
  assert.equal(configOf({ MILLRACE_DATA: '/srv/data' }).config.dataDirectory, '/srv/data')
})

test('every bad value is refused in one go, each with variable, remedy and what was given', () => {
  const problems = problemsOf({ MILLRACE_PORT: '70000', MILLRACE_LIMITS: 'no', MILLRACE_ACCOUNT_ID: '12', MILLRACE_HOST: '' })
  assert.deepEqual(problems, [
    'MILLRACE_HOST must be not empty, not "".',
    'MILLRACE_PORT must be a whole number from 0 to 65535, not "70000".',
    'MILLRACE_ACCOUNT_ID must be twelve digits, not "12".',
    'MILLRACE_LIMITS must be `on` or `off`, not "no".',
  ])
})

test('a number is decimal digits and nothing else', () => {
  for (const text of ['', ' 1', '1e3', '0x10', '-1', '1.5', '１', '99999999999999999999']) {
    assert.equal(problemsOf({ MILLRACE_STATE_DELAY_MS: text }).length, 1, text)
  }
  assert.equal(configOf({ MILLRACE_STATE_DELAY_MS: '0' }).config.stateDelayMs, 0)
})

test('a secret is not repeated in a refusal', () => {
  const [problem] = problemsOf({ MILLRACE_ROOT_ACCESS_KEY_ID: 'id', MILLRACE_ROOT_SECRET_ACCESS_KEY: '' })
  assert.equal(problem, 'MILLRACE_ROOT_SECRET_ACCESS_KEY must be not empty.')
})

test('half of a pair is refused', () => {
  assert.match(problemsOf({ MILLRACE_ROOT_ACCESS_KEY_ID: 'id' })[0] ?? '', /set together/)
  assert.match(problemsOf({ MILLRACE_TLS_KEY: 'key.pem' })[0] ?? '', /set together/)
})

test('an unknown MILLRACE_ variable is a warning, any other variable is nobody’s business', () => {
  const { warnings } = configOf({ MILLRACE_PROT: '1', PATH: '/bin' })
  assert.deepEqual(warnings, ['MILLRACE_PROT is not a setting of this version; it has no effect.'])
})

test('an address has a host and a port, an IPv6 host in brackets', () => {
  assert.deepEqual(configOf({ MILLRACE_ADMIN_ADDRESS: '0.0.0.0:9000' }).config.adminAddress, { host: '0.0.0.0', port: 9000 })
  assert.deepEqual(configOf({ MILLRACE_ADMIN_ADDRESS: '[::1]:9000' }).config.adminAddress, { host: '::1', port: 9000 })
  for (const text of ['9000', ':9000', 'host:', 'host:70000', '::1:9000']) {
    assert.equal(problemsOf({ MILLRACE_ADMIN_ADDRESS: text }).length, 1, text)
  }
})

test('every limit that AWS raises on request has a variable, made of its name, and AWS’s value as its default', () => {
  const { config } = configOf({})
  for (const [name, value] of Object.entries(raisableLimits)) assert.equal(config[name as LimitName], value, name)
  const raised = configOf({ MILLRACE_TAGS_PER_RESOURCE_MAX: '80', MILLRACE_DESCRIBE_LIMITS_CALLS_PER_SECOND: '20' })
  assert.deepEqual(raised.warnings, [])
  assert.equal(raised.config.tagsPerResourceMax, 80)
  assert.equal(raised.config.describeLimitsCallsPerSecond, 20)
})

test('a rate of nothing a second is refused, a quota of nothing is not', () => {
  for (const name of Object.keys(raisableLimits)) {
    const variable = `MILLRACE_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`
    const problems = name.endsWith('PerSecond') ? [`${variable} must be a whole number from 1 to 1000000000, not "0".`] : []
    const loaded = loadConfig({ [variable]: '0' }, '/base')
    assert.deepEqual(loaded.ok ? [] : loaded.error, problems)
  }
})

test('the documentation lists every setting with its default', () => {
  const page = readFileSync(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8')
  assert.ok(page.includes(describeSettings().trim()))
  assert.ok(page.includes(describeLimits().trim()))
})
