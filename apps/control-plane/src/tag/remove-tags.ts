import { err, ok } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamWriter } from '../stream/stream-writer.js'
import { findTagHolder } from './tag-holder.js'
import { tagKeyProblem } from './tag-rules.js'

type Name = 'RemoveTagsFromStream' | 'UntagResource'

/** Two operations: a key that is not there is no error. */
export class RemoveTags implements LifecycleOperation<Name> {
  constructor(private readonly writer: StreamWriter) {}

  async handle(call: Call<Name>): Promise<Answer<Name>> {
    const keys = new Set(call.input.TagKeys)
    const done = await this.writer.change((directory) => {
      const found = findTagHolder(directory, call)
      if (!found.ok) return found
      const { stream: before, tags, refusal, retagged } = found.value
      const message = tagKeyProblem([...keys], before)
      if (message !== undefined) return err({ kind: 'InvalidArgument', message })
      if (refusal) return err(refusal)
      const left = new Map([...tags].filter(([key]) => !keys.has(key)))
      return ok(left.size === tags.size ? [] : [{ kind: 'changed', before, after: retagged(left) }])
    })
    return done.ok ? ok(undefined) : done
  }
}
