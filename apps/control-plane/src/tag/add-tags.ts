import type { StreamMetadata } from '@millrace/metadata'
import { type DomainError, err, ok, type Result } from '@millrace/model'
import type { ControlPlaneConfig } from '../config.js'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamEdits } from '../stream/stream-edits.js'
import { findTagHolder, type TagHolder, type TagReference } from './tag-holder.js'
import { tagProblem } from './tag-rules.js'

type Name = 'AddTagsToStream' | 'TagResource'

/** Two operations: a key that is there already gets the new value. */
export class AddTags implements LifecycleOperation<Name> {
  constructor(
    private readonly edits: StreamEdits,
    private readonly config: Pick<ControlPlaneConfig, 'tagsPerResourceMax'>,
  ) {}

  async handle(call: Call<Name>): Promise<Answer<Name>> {
    const added = Object.entries(call.input.Tags)
    const done = await this.edits.of(
      (directory) => findTagHolder(directory, call),
      (holder) => this.withTags(holder, added, call.input),
    )
    return done.ok ? ok(undefined) : done
  }

  private withTags(
    { stream, tags, refusal, retagged }: TagHolder,
    added: [string, string][],
    { ResourceARN }: TagReference,
  ): Result<StreamMetadata, DomainError> {
    const after = new Map([...tags, ...added])
    const tagged = ResourceARN === undefined ? stream : ({ ...stream, kind: 'resource', name: ResourceARN } as const)
    const message = tagProblem(added, tagged, { count: after.size, max: this.config.tagsPerResourceMax })
    if (message !== undefined) return err({ kind: 'InvalidArgument', message })
    return refusal ? err(refusal) : ok(retagged(after))
  }
}
