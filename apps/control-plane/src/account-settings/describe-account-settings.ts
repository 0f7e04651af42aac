import { type Clock, ok } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamDirectory } from '../stream/stream-directory.js'
import { describeCommitment } from './commitment.js'

export class DescribeAccountSettings implements LifecycleOperation<'DescribeAccountSettings'> {
  constructor(
    private readonly directory: StreamDirectory,
    private readonly clock: Clock,
  ) {}

  handle({ account, region }: Call<'DescribeAccountSettings'>): Answer<'DescribeAccountSettings'> {
    const settings = this.directory.settingsOf(account, region)
    return ok({ MinimumThroughputBillingCommitment: describeCommitment(settings, this.clock.nowMs()) })
  }
}
