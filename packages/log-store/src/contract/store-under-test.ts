import type { LogStore } from '../log-store.js'

/** A fresh, empty store for one test. */
export interface StoreUnderTest {
  readonly store: LogStore
  /** Closes what is open and removes what is left. */
  stop(): Promise<void>
}

export interface DurableStoreUnderTest extends StoreUnderTest {
  /** Closes the store and opens what it left behind. */
  reopen(): Promise<LogStore>
}
