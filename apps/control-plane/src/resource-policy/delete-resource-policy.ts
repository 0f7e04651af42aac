import { err, ok } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamEdits } from '../stream/stream-edits.js'
import { findPolicyHolder } from './policy-holder.js'

export class DeleteResourcePolicy implements LifecycleOperation<'DeleteResourcePolicy'> {
  constructor(private readonly edits: StreamEdits) {}

  async handle({ input }: Call<'DeleteResourcePolicy'>): Promise<Answer<'DeleteResourcePolicy'>> {
    const done = await this.edits.of(
      (directory) => findPolicyHolder(directory, input.ResourceARN),
      ({ arn, policy, refusal, withPolicy }) => {
        if (refusal) return err(refusal)
        if (policy !== undefined) return ok(withPolicy(undefined))
        return err({ kind: 'ResourceNotFound', message: `No resource policy found for resource ARN ${arn}.` })
      },
    )
    return done.ok ? ok(undefined) : done
  }
}
