import type { MinimumThroughputBillingCommitmentOutput } from '@millrace/aws-models'
import type { AccountSettings } from '@millrace/metadata'
import { limits } from '@millrace/model'

/**
 * The minimum throughput that an account commits itself to (On-demand Advantage). Nothing is billed here; what it brings is warm
 * throughput and more consumers. It lasts a day at the least: given up before, it goes on until then.
 */
type CommitmentStatus = MinimumThroughputBillingCommitmentOutput['Status']

/** Undefined: the account never committed itself. */
type Settings = AccountSettings | undefined

function commitmentStatus(settings: Settings, nowMs: number): CommitmentStatus {
  if (!settings) return 'DISABLED'
  const { commitmentEndMs } = settings
  if (commitmentEndMs === undefined) return 'ENABLED'
  return nowMs < commitmentEndMs ? 'ENABLED_UNTIL_EARLIEST_ALLOWED_END' : 'DISABLED'
}

export function isCommitted(settings: Settings, nowMs: number): boolean {
  return commitmentStatus(settings, nowMs) !== 'DISABLED'
}

/** A commitment that is to end goes on as it began; one that has ended begins anew. */
export function committed(
  settings: Settings,
  scope: Pick<AccountSettings, 'account' | 'region'>,
  nowMs: number,
): AccountSettings {
  const { account, region } = scope
  const committedMs = settings && isCommitted(settings, nowMs) ? settings.committedMs : nowMs
  return { account, region, committedMs, commitmentEndMs: undefined }
}

export function released(settings: AccountSettings, nowMs: number): AccountSettings {
  if (settings.commitmentEndMs !== undefined) return settings
  return { ...settings, commitmentEndMs: Math.max(nowMs, earliestEndMs(settings)) }
}

export function describeCommitment(settings: Settings, nowMs: number): MinimumThroughputBillingCommitmentOutput {
  const Status = commitmentStatus(settings, nowMs)
  if (!settings) return { Status }
  const { committedMs, commitmentEndMs } = settings
  return {
    Status,
    StartedAt: new Date(committedMs),
    ...(Status === 'DISABLED' && commitmentEndMs !== undefined ? { EndedAt: new Date(commitmentEndMs) } : {}),
    EarliestAllowedEndAt: new Date(earliestEndMs(settings)),
  }
}

function earliestEndMs({ committedMs }: AccountSettings): number {
  return committedMs + limits.commitmentMs
}
