import { err, ok } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamWriter } from '../stream/stream-writer.js'
import { findPolicyHolder } from './policy-holder.js'
import { policyProblem } from './policy-rules.js'

/** Takes the place of the policy that the resource had. */
export class PutResourcePolicy implements LifecycleOperation<'PutResourcePolicy'> {
  constructor(private readonly writer: StreamWriter) {}

  async handle({ input }: Call<'PutResourcePolicy'>): Promise<Answer<'PutResourcePolicy'>> {
    const problem = policyProblem(input.Policy, input.ResourceARN)
    if (problem) return err(problem)
    const done = await this.writer.change((directory) => {
      const found = findPolicyHolder(directory, input.ResourceARN)
      if (!found.ok) return found
      const { refusal, changePolicy } = found.value
      return refusal ? err(refusal) : ok([changePolicy(input.Policy)])
    })
    return done.ok ? ok(undefined) : done
  }
}
