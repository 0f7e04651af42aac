import type { Random } from '../random.js'

/** What ends a round. */
export type Fault =
  /** SIGKILL to the server's process group; Postgres is left behind, an orphan. */
  | 'kill'
  /** The same, and Postgres at the same moment. */
  | 'killAll'
  /** SIGTERM, and SIGKILL while it drains. */
  | 'killInDrain'
  /** Postgres alone dies; puts and gets must go on; the server dies later. */
  | 'killPostgresFirst'
  /** One of Postgres's children dies, which makes Postgres throw out all sessions and recover. */
  | 'killPostgresChildFirst'
  /** SIGTERM and nothing else: it must end by itself, with exit code 0. */
  | 'stop'

const weights: readonly (readonly [Fault, number])[] = [
  ['kill', 50],
  ['killAll', 15],
  ['killInDrain', 12],
  ['killPostgresFirst', 8],
  ['killPostgresChildFirst', 7],
  ['stop', 8],
]

export function chooseFault(random: Random): Fault {
  let left = random.integer(1, 100)
  for (const [fault, weight] of weights) {
    left -= weight
    if (left <= 0) return fault
  }
  return 'kill'
}

/** How many times the next start is killed before it is left alone. */
export function startsToKill(random: Random): number {
  return random.chance(0.2) ? random.integer(1, 3) : 0
}
