import { err, ok } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamEdits } from '../stream/stream-edits.js'
import { findPolicyHolder } from './policy-holder.js'
import { policyFor } from './policy-rules.js'

/** Takes the place of the policy that the resource had. */
export class PutResourcePolicy implements LifecycleOperation<'PutResourcePolicy'> {
  constructor(private readonly edits: StreamEdits) {}

  async handle({ input }: Call<'PutResourcePolicy'>): Promise<Answer<'PutResourcePolicy'>> {
    const policy = policyFor(input.Policy, input.ResourceARN)
    if (!policy.ok) return policy
    const done = await this.edits.of(
      (directory) => findPolicyHolder(directory, input.ResourceARN),
      ({ refusal, withPolicy }) => (refusal ? err(refusal) : ok(withPolicy(policy.value.text))),
    )
    return done.ok ? ok(undefined) : done
  }
}
