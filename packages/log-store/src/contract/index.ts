import { appending } from './appending.js'
import { following } from './following.js'
import { reading } from './reading.js'
import { restarting } from './restarting.js'
import { sealing } from './sealing.js'
import type { DurableStoreUnderTest, StoreUnderTest } from './store-under-test.js'
import { trimming } from './trimming.js'

/** Registers the tests that every adapter of the `LogStore` port has to pass. */
export function contract(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  for (const chapter of [appending, reading, sealing, following, trimming]) chapter(name, makeStore)
}

/** The same, and what is expected after a restart. */
export function durableContract(name: string, makeStore: () => Promise<DurableStoreUnderTest>): void {
  contract(name, makeStore)
  restarting(name, makeStore)
}

export { blockOf, textsOf } from './records.js'
export type { DurableStoreUnderTest, StoreUnderTest } from './store-under-test.js'
