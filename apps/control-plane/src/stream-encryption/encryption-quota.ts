import type { StreamMetadata } from '@millrace/metadata'
import { type DomainError, err, ok, type Result } from '@millrace/model'
import { ofLastDay } from '@millrace/streams'

/** The times of what AWS counts, `earlier` and now, where once more is not more often than `max` in 24 hours. */
export function countedToday(
  { name, account }: Pick<StreamMetadata, 'name' | 'account'>,
  what: 'started' | 'stopped',
  earlier: readonly number[],
  nowMs: number,
  max: number,
): Result<readonly number[], DomainError> {
  const today = ofLastDay(earlier, nowMs)
  if (today.length < max) return ok([...today, nowMs])
  const message = `Encryption of stream ${name} under account ${account} cannot be ${what} more than ${max} times in a rolling 24-hour period.`
  return err({ kind: 'LimitExceeded', message })
}
