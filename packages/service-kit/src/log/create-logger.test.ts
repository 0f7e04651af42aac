import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLogger, type LoggerOptions } from './create-logger.js'

function capture(options: LoggerOptions) {
  const lines: string[] = []
  const logger = createLogger({
    clock: { nowMs: () => Date.UTC(2030, 0, 2, 3, 4, 5, 6) },
    write: (line) => lines.push(line),
    ...options,
  })
  return { lines, logger }
}

test('a JSON line holds time, level, message and the fields of all parents', () => {
  const { lines, logger } = capture({ format: 'json' })
  logger.child({ lane: 2 }).child({ stream: 'a' }).info('rolled a segment', { bytes: 10 })
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    [{ time: '2030-01-02T03:04:05.006Z', level: 'info', message: 'rolled a segment', lane: 2, stream: 'a', bytes: 10 }],
  )
})

test('a message with line breaks stays one line, so that no input can forge another', () => {
  const { lines, logger } = capture({ format: 'json' })
  logger.warn('one\n{"level":"error"}', { name: 'a\nb' })
  assert.equal(lines.join('').trimEnd().split('\n').length, 1)
  const text = capture({ format: 'text' })
  text.logger.warn('bad name', { name: 'a\nb' })
  assert.equal(text.lines.join(''), '03:04:05.006 warn  bad name name="a\\nb"\n')
})

test('a field cannot replace time, level or message', () => {
  const { lines, logger } = capture({ format: 'json' })
  logger.error('true message', { message: 'other', level: 'debug' })
  assert.match(lines[0] ?? '', /"level":"error","message":"true message"/)
})

test('an error keeps its stack and its cause', () => {
  const { lines, logger } = capture({ format: 'json' })
  logger.error('failed', { error: new Error('outer', { cause: new Error('inner') }) })
  const { error } = JSON.parse(lines[0] ?? '')
  assert.equal(error.message, 'outer')
  assert.match(error.stack, /create-logger\.test/)
  assert.equal(error.cause.message, 'inner')
})

test('what is less severe than the level is not written', () => {
  const { lines, logger } = capture({ format: 'json', level: 'warn' })
  logger.debug('a')
  logger.info('b')
  logger.warn('c')
  logger.error('d')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).message),
    ['c', 'd'],
  )
})
