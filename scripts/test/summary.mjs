/** @typedef {import('./report.mjs').Counts} Counts */
/** @typedef {{ task: string, package: string, directory: string, command: string, cache: { status: string }, execution?: { exitCode: number } }} TurboTask */

/**
 * Sums the results of a turbo run. Whatever ended without a result of its own counts as one failure, so that a crash of
 * a test process, or of turbo, cannot pass for success.
 * @param {TurboTask[]} tasks
 * @param {(folder: string) => Counts | undefined} resultOf
 * @param {number | null} turboStatus
 * @returns {{ line: string, failed: number }}
 */
export function summarise(tasks, resultOf, turboStatus) {
  const sum = { passed: 0, failed: 0, skipped: 0, cached: 0 }
  for (const task of tasks.filter(({ task, command }) => task === 'test' && command !== '<NONEXISTENT>')) {
    const result = resultOf(task.directory) ?? { passed: 0, failed: 1, skipped: 0 }
    sum.passed += result.passed
    sum.failed += result.failed
    sum.skipped += result.skipped
    if (task.cache.status === 'HIT') sum.cached += result.passed
  }
  if (turboStatus !== 0 && sum.failed === 0) sum.failed += 1
  const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''
  const cached = sum.cached > 0 ? ` (${sum.cached} unchanged since they passed)` : ''
  return { line: `${sum.passed} passed, ${sum.failed} failed${skipped}${cached}`, failed: sum.failed }
}
