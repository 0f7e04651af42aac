import type { AccountSettings } from '@millrace/metadata'
import { type Clock, type DomainError, err, ok, type Result } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamDirectory } from '../stream/stream-directory.js'
import type { StreamWriter } from '../stream/stream-writer.js'
import { committed, describeCommitment, released } from './commitment.js'

export class UpdateAccountSettings implements LifecycleOperation<'UpdateAccountSettings'> {
  constructor(
    private readonly writer: StreamWriter,
    private readonly clock: Clock,
  ) {}

  async handle(call: Call<'UpdateAccountSettings'>): Promise<Answer<'UpdateAccountSettings'>> {
    const done = await this.writer.change((directory) => {
      const before = directory.settingsOf(call.account, call.region)
      const decided = this.decided(call, before, directory)
      if (!decided.ok) return decided
      const after = decided.value
      return ok({ changes: after === undefined || after === before ? [] : [{ kind: 'account', after }], answer: after })
    })
    return done.ok ? ok({ MinimumThroughputBillingCommitment: describeCommitment(done.value, this.clock.nowMs()) }) : done
  }

  private decided(
    { account, region, input }: Call<'UpdateAccountSettings'>,
    before: AccountSettings | undefined,
    directory: StreamDirectory,
  ): Result<AccountSettings | undefined, DomainError> {
    const nowMs = this.clock.nowMs()
    if (input.MinimumThroughputBillingCommitment.Status === 'ENABLED') return ok(committed(before, { account, region }, nowMs))
    const warm = [...directory.in(account, region)].some((stream) => stream.warmThroughputMibps !== undefined)
    if (before && warm) return err(stillWarm(account))
    return ok(before && released(before, nowMs))
  }
}

function stillWarm(account: string): DomainError {
  const message =
    `The minimum throughput billing commitment of account ${account} cannot be disabled while warm throughput is configured for ` +
    'on-demand streams. Remove the warm throughput first.'
  return { kind: 'InvalidArgument', message }
}
