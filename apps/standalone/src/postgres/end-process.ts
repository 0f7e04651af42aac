import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Postgres's ways to stop, from polite to certain: SIGINT ends sessions and writes a checkpoint, SIGQUIT ends at once and leaves
 * recovery to the next start, SIGKILL cannot be refused. None of them loses a committed transaction.
 */
const ladder: readonly { signal: NodeJS.Signals; waitMs: number }[] = [
  { signal: 'SIGINT', waitMs: 30_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
]

const pollMs = 10

/** @throws when it still runs after all that */
export async function endPostmaster(pid: number, isRunning: () => boolean): Promise<void> {
  for (const { signal, waitMs } of ladder) {
    if (!isRunning()) return
    process.kill(pid, signal)
    if (await becomesFalse(isRunning, waitMs)) return
  }
  throw new Error(`Postgres (process ${pid}) does not end`)
}

async function becomesFalse(isRunning: () => boolean, waitMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < waitMs; waitedMs += pollMs) {
    if (!isRunning()) return true
    await sleep(pollMs)
  }
  return !isRunning()
}
