import { setImmediate } from 'node:timers/promises'

/** As many as take well under a millisecond, however little it is that is done with each. */
const turnMax = 250

/** Does the same with each, the first ones at once, and lets the loop turn in between: they may be all shards of a large stream. */
export async function inTurns<Item>(items: Iterable<Item>, act: (item: Item) => unknown): Promise<void> {
  let left = turnMax
  for (const item of items) {
    if (left-- === 0) {
      await setImmediate()
      left = turnMax - 1
    }
    act(item)
  }
}
