import type { StreamMetadata } from '@millrace/metadata'
import { type DomainError, err, ok, type Result } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamEdits } from '../stream/stream-edits.js'
import { findTagHolder, type TagHolder } from './tag-holder.js'
import { tagKeyProblem } from './tag-rules.js'

type Name = 'RemoveTagsFromStream' | 'UntagResource'

/** Two operations: a key that is not there is no error. */
export class RemoveTags implements LifecycleOperation<Name> {
  constructor(private readonly edits: StreamEdits) {}

  async handle(call: Call<Name>): Promise<Answer<Name>> {
    const keys = new Set(call.input.TagKeys)
    const done = await this.edits.of(
      (directory) => findTagHolder(directory, call),
      (holder) => withoutTags(holder, keys),
    )
    return done.ok ? ok(undefined) : done
  }
}

function withoutTags(
  { stream, tags, refusal, retagged }: TagHolder,
  keys: ReadonlySet<string>,
): Result<StreamMetadata, DomainError> {
  const message = tagKeyProblem([...keys], stream)
  if (message !== undefined) return err({ kind: 'InvalidArgument', message })
  if (refusal) return err(refusal)
  const left = new Map([...tags].filter(([key]) => !keys.has(key)))
  return ok(left.size === tags.size ? stream : retagged(left))
}
