import type { AccountId, Region } from '@millrace/model'

/** What an account has set for all of its streams in a region; held once it has committed itself to a minimum throughput. */
export interface AccountSettings {
  readonly account: AccountId
  readonly region: Region
  readonly committedMs: number
  /** When the commitment ends or has ended; undefined while nobody wants it to end. */
  readonly commitmentEndMs: number | undefined
}
