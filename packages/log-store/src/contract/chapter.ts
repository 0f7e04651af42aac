import { test } from 'node:test'
import type { ShardKey } from '@millrace/model'
import type { LogStore } from '../log-store.js'
import { newStreamId } from './records.js'
import type { StoreUnderTest } from './store-under-test.js'

export interface Scene<Under> {
  readonly store: LogStore
  /** A shard that nobody has written to. */
  readonly shard: ShardKey
  readonly underTest: Under
}

/** A claim about a store, tested with a store of its own. */
export function claim<Under extends StoreUnderTest>(
  adapter: string,
  makeStore: () => Promise<Under>,
  text: string,
  body: (scene: Scene<Under>) => Promise<void>,
): void {
  test(`${adapter}: ${text}`, async () => {
    const underTest = await makeStore()
    try {
      await body({ store: underTest.store, shard: { streamId: newStreamId(), shard: 0 }, underTest })
    } finally {
      await underTest.stop()
    }
  })
}
