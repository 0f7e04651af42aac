import { err, ok } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamWriter } from '../stream/stream-writer.js'
import { findPolicyHolder } from './policy-holder.js'

export class DeleteResourcePolicy implements LifecycleOperation<'DeleteResourcePolicy'> {
  constructor(private readonly writer: StreamWriter) {}

  async handle({ input }: Call<'DeleteResourcePolicy'>): Promise<Answer<'DeleteResourcePolicy'>> {
    const done = await this.writer.change((directory) => {
      const found = findPolicyHolder(directory, input.ResourceARN)
      if (!found.ok) return found
      const { arn, policy, refusal, changePolicy } = found.value
      if (refusal) return err(refusal)
      if (policy !== undefined) return ok([changePolicy(undefined)])
      return err({ kind: 'ResourceNotFound', message: `No resource policy found for resource ARN ${arn}.` })
    })
    return done.ok ? ok(undefined) : done
  }
}
