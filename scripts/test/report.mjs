import { inspect } from 'node:util'

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * Writes what a reader must know of a test run (failures in full, skipped tests with their reason, what tests printed)
 * and counts the tests; suites and files are not counted.
 * @param {AsyncIterable<{ type: string, data: any }>} events of node:test
 * @param {{ write(text: string): unknown }} out
 * @returns {Promise<Counts>}
 */
export async function reportProblems(events, out) {
  /** @type {Counts} */
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for await (const { type, data } of events) {
    if (type === 'test:stdout' || type === 'test:stderr') out.write(data.message)
    else if (type === 'test:pass' && isTest(data)) pass(counts, data, out)
    else if (type === 'test:fail' && isOwnFailure(data)) fail(counts, data, out)
  }
  return counts
}

/** @param {any} data */
function isTest(data) {
  return data.details?.type !== 'suite' && !isFile(data)
}

/**
 * node:test reports a file as one more test named by its path when it holds no test, or when it fails as a whole.
 * @param {any} data
 */
function isFile(data) {
  return data.file?.endsWith(data.name) === true
}

/**
 * A test that only failed because one inside it did is reported by that one.
 * @param {any} data
 */
function isOwnFailure(data) {
  return data.details?.error?.failureType !== 'subtestsFailed'
}

/**
 * @param {Counts} counts
 * @param {any} data
 * @param {{ write(text: string): unknown }} out
 */
function pass(counts, data, out) {
  if (data.skip === undefined && data.todo === undefined) {
    counts.passed += 1
    return
  }
  counts.skipped += 1
  const reason = data.skip ?? data.todo
  out.write(`skipped: ${data.name} (${typeof reason === 'string' ? reason : 'no reason given'})\n`)
}

/**
 * @param {Counts} counts
 * @param {any} data
 * @param {{ write(text: string): unknown }} out
 */
function fail(counts, data, out) {
  counts.failed += 1
  const error = data.details?.error
  const cause = error?.cause ?? error
  out.write(`FAILED: ${data.name}\n  at ${data.file ?? '?'}:${data.line ?? '?'}\n`)
  const text = typeof cause === 'string' ? cause : cause?.stack ? inspect(cause) : String(cause?.message ?? cause)
  out.write(`${text.replaceAll(/^/gm, '  ')}\n`)
}
