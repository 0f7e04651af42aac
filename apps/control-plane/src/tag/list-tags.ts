import type { Tag } from '@millrace/aws-models'
import { ok } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamDirectory } from '../stream/stream-directory.js'
import { findTagHolder } from './tag-holder.js'

/** A page of a stream's tags. Without a limit it has all that are left. */
export class ListTagsForStream implements LifecycleOperation<'ListTagsForStream'> {
  constructor(private readonly directory: StreamDirectory) {}

  handle(call: Call<'ListTagsForStream'>): Answer<'ListTagsForStream'> {
    const found = findTagHolder(this.directory, call)
    if (!found.ok) return found
    const { ExclusiveStartTagKey: after, Limit } = call.input
    const rest = sorted(found.value.tags).filter(({ Key }) => after === undefined || byCodePoint(Key, after) > 0)
    const Tags = rest.slice(0, Limit ?? rest.length)
    return ok({ Tags, HasMoreTags: Tags.length < rest.length })
  }
}

export class ListTagsForResource implements LifecycleOperation<'ListTagsForResource'> {
  constructor(private readonly directory: StreamDirectory) {}

  handle(call: Call<'ListTagsForResource'>): Answer<'ListTagsForResource'> {
    const found = findTagHolder(this.directory, call)
    return found.ok ? ok({ Tags: sorted(found.value.tags) }) : found
  }
}

function sorted(tags: ReadonlyMap<string, string>): Tag[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value })).sort((a, b) => byCodePoint(a.Key, b.Key))
}

/** UTF-8 keeps the order of code points, which JavaScript's own comparison, by UTF-16, does not. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
