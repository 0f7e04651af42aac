import { err, ok } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamEdits } from '../stream/stream-edits.js'
import { findPolicyHolder } from './policy-holder.js'
import { policyProblem } from './policy-rules.js'

/** Takes the place of the policy that the resource had. */
export class PutResourcePolicy implements LifecycleOperation<'PutResourcePolicy'> {
  constructor(private readonly edits: StreamEdits) {}

  async handle({ input }: Call<'PutResourcePolicy'>): Promise<Answer<'PutResourcePolicy'>> {
    const problem = policyProblem(input.Policy, input.ResourceARN)
    if (problem) return err(problem)
    const done = await this.edits.of(
      (directory) => findPolicyHolder(directory, input.ResourceARN),
      ({ refusal, withPolicy }) => (refusal ? err(refusal) : ok(withPolicy(input.Policy))),
    )
    return done.ok ? ok(undefined) : done
  }
}
