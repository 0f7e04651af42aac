import type { StreamMetadata } from '@millrace/metadata'
import { type DomainError, err, ok, type Result } from '@millrace/model'
import type { ControlPlaneConfig } from '../config.js'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamWriter } from '../stream/stream-writer.js'
import { findTagHolder, type TagHolder } from './tag-holder.js'
import { tagProblem } from './tag-rules.js'

type Name = 'AddTagsToStream' | 'TagResource'

/** Two operations: a key that is there already gets the new value. */
export class AddTags implements LifecycleOperation<Name> {
  constructor(
    private readonly writer: StreamWriter,
    private readonly config: Pick<ControlPlaneConfig, 'tagsPerResourceMax'>,
  ) {}

  async handle(call: Call<Name>): Promise<Answer<Name>> {
    const added = Object.entries(call.input.Tags)
    const done = await this.writer.change((directory) => {
      const found = findTagHolder(directory, call)
      if (!found.ok) return found
      const after = this.withTags(found.value, added)
      return after.ok ? ok([{ kind: 'changed', before: found.value.stream, after: after.value }]) : after
    })
    return done.ok ? ok(undefined) : done
  }

  private withTags(
    { stream, tags, refusal, retagged }: TagHolder,
    added: [string, string][],
  ): Result<StreamMetadata, DomainError> {
    const after = new Map([...tags, ...added])
    const message = tagProblem(added, stream, { count: after.size, max: this.config.tagsPerResourceMax })
    if (message !== undefined) return err({ kind: 'InvalidArgument', message })
    return refusal ? err(refusal) : ok(retagged(after))
  }
}
