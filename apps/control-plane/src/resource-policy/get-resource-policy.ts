import { ok } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamDirectory } from '../stream/stream-directory.js'
import { findPolicyHolder } from './policy-holder.js'

export class GetResourcePolicy implements LifecycleOperation<'GetResourcePolicy'> {
  constructor(private readonly directory: StreamDirectory) {}

  handle({ input }: Call<'GetResourcePolicy'>): Answer<'GetResourcePolicy'> {
    const found = findPolicyHolder(this.directory, input.ResourceARN)
    return found.ok ? ok({ Policy: found.value.policy ?? '{}' }) : found
  }
}
