import assert from 'node:assert/strict'
import type { Answer, Kinesis } from './kinesis.js'
import type { Reply } from './wire.js'

/** A refusal of the service: HTTP 400 and exactly `__type` and `message`, which is `Message` where access is denied. */
export function assertError(answer: Answer, type: string, message: string | RegExp): void {
  assert.equal(answer.body?.__type, type, JSON.stringify(answer.body))
  assert.equal(answer.status, 400)
  const key = type === 'AccessDeniedException' ? 'Message' : 'message'
  assert.deepEqual(new Set(Object.keys(answer.body)), new Set(['__type', key]))
  if (typeof message === 'string') assert.equal(answer.body[key], message)
  else assert.match(answer.body[key], message)
}

/** A value of the wrong type: the member with the text is `Message` here. */
export function assertSerializationError(answer: Answer, message: string): void {
  assert.deepEqual(answer.body, { __type: 'SerializationException', Message: message })
  assert.equal(answer.status, 400)
}

/** `Value … at … failed to satisfy constraint: …`; `value` as AWS prints it, with its quotes. */
export const violation = (member: string, value: string, constraint: string): string =>
  `Value ${value} at '${member}' failed to satisfy constraint: Member must ${constraint}`

/** A violation's text; several: any of them will do; a pattern: from the start of the text on. */
export type Expected = string | readonly string[] | RegExp

/**
 * A validation error with exactly these violations. AWS promises no order among them: each must be there once, and nothing else.
 */
export function assertViolations(answer: Answer, violations: readonly Expected[]): void {
  assert.equal(answer.body?.__type, 'ValidationException', JSON.stringify(answer.body))
  assert.equal(answer.status, 400)
  const prefix = `${violations.length} validation error${violations.length === 1 ? '' : 's'} detected: `
  const message: string = answer.body.message
  assert.ok(message.startsWith(prefix), message)
  let rest = message.slice(prefix.length)
  const left = [...violations]
  while (left.length > 0) {
    const found = left.findIndex((expected) => lengthAtStart(rest, expected) > 0)
    assert.ok(found >= 0, `not expected: ${rest}\nstill expected: ${left.join('\n')}`)
    const [expected = ''] = left.splice(found, 1)
    rest = rest.slice(lengthAtStart(rest, expected)).replace(/^; /, '')
  }
  assert.equal(rest, '')
}

/** How many characters of `rest` the violation takes; 0: it is not the next one. */
function lengthAtStart(rest: string, expected: Expected): number {
  if (expected instanceof RegExp) return expected.exec(rest)?.[0].length ?? 0
  const texts = typeof expected === 'string' ? [expected] : expected
  return texts.find((text) => rest === text || rest.startsWith(`${text}; `))?.length ?? 0
}

export const streamNotFound = (kinesis: Kinesis, stream: string): string =>
  `Stream ${stream} under account ${kinesis.account} not found.`

export const shardDoesNotExist = (kinesis: Kinesis, shard: string, stream: string): string =>
  `Shard ${shard} in stream ${stream} under account ${kinesis.account} does not exist`

/** What every reply carries: a request id, an extended one, and the length of its body. */
export function assertReplyHeaders(reply: Pick<Reply, 'headers' | 'body'>): void {
  assert.match(reply.headers.get('x-amzn-requestid') ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)
  const extended = reply.headers.get('x-amz-id-2') ?? ''
  const bytes = Buffer.from(extended, 'base64')
  assert.equal(bytes.toString('base64'), extended)
  assert.ok(bytes.length >= 64 && bytes.length <= 80, `x-amz-id-2 has ${bytes.length} bytes`)
  assert.equal(reply.headers.get('content-length'), String(reply.body.length))
  assert.ok(Math.abs(Date.parse(reply.headers.get('date') ?? '') - Date.now()) < 60_000, `Date: ${reply.headers.get('date')}`)
}
