import type { ChannelMetadata } from '@millrace/metadata'
import { type DomainError, ok, type Result } from '@millrace/model'
import type { StreamWriter } from '../stream/stream-writer.js'
import { findChannel, type StreamChannel, withChannel } from './find-channel.js'

/** What is to become of a channel: another one, or itself, where there is nothing to change. */
type ChannelEdit = (before: StreamChannel) => Result<ChannelMetadata, DomainError>

/** Changes of one channel. */
export class ChannelEdits {
  constructor(private readonly writer: StreamWriter) {}

  /** Resolves to the channel as it is then. */
  async at(arn: string, edit: ChannelEdit): Promise<Result<StreamChannel, DomainError>> {
    let edited: StreamChannel | undefined
    const done = await this.writer.change((directory) => {
      const found = findChannel(directory, arn)
      if (!found.ok) return found
      const { stream: before, channel } = found.value
      const changed = edit(found.value)
      if (!changed.ok) return changed
      edited = { stream: before, channel: changed.value }
      if (changed.value === channel) return ok([])
      return ok([{ kind: 'changed', before, after: withChannel(found.value, changed.value) }])
    })
    if (!done.ok) return done
    if (!edited) throw new Error('a change was stored that was not decided')
    return ok(edited)
  }
}
