import type { AccountSettings } from './account-settings.js'
import type { StreamMetadata } from './stream-metadata.js'

/** The streams of the installation, and what accounts have set for theirs. Throws DatabaseUnavailable where the database stays away. */
export interface StreamRepository {
  /** Everything, as of one revision. */
  load(): Promise<StreamSnapshot>

  /** Of what is stored now. */
  revision(): Promise<number>

  /**
   * Stores a change whole or not at all, and raises the revision by one. `superseded`: the stored revision is not the one that the
   * change was decided on; somebody else wrote, so load and decide again. Safe to repeat: a change that went through is known by its
   * id.
   */
  commit(change: StreamsChange): Promise<'committed' | 'superseded'>
}

export interface StreamSnapshot {
  readonly revision: number
  readonly streams: readonly StreamMetadata[]
  readonly accounts: readonly AccountSettings[]
}

export interface StreamsChange {
  /** UUID. */
  readonly id: string
  /** The revision that it was decided on. */
  readonly revision: number
  readonly changes: readonly StateChange[]
}

export type StateChange = StreamChange | AccountChange

/** New or other settings of an account. */
export interface AccountChange {
  readonly kind: 'account'
  readonly after: AccountSettings
}

export type StreamChange =
  | { readonly kind: 'created'; readonly after: StreamMetadata }
  /** Shards, tags, consumers, channels and data keys are stored where they are other objects than before. */
  | { readonly kind: 'changed'; readonly before: StreamMetadata; readonly after: StreamMetadata }
  /** Gone, and all that belongs to it. */
  | { readonly kind: 'removed'; readonly before: StreamMetadata }
