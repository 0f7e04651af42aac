import type { StreamMetadata } from '@millrace/metadata'
import { ok } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamEdits } from '../stream/stream-edits.js'
import { nextChannelStatus } from './channel-status.js'
import { findChannel, type StreamChannel, withChannel } from './find-channel.js'

/** The channel is DELETING when this answers; one that is already stays so. */
export class DeleteChannel implements LifecycleOperation<'DeleteChannel'> {
  constructor(private readonly edits: StreamEdits) {}

  async handle({ input }: Call<'DeleteChannel'>): Promise<Answer<'DeleteChannel'>> {
    const done = await this.edits.of(
      (directory) => findChannel(directory, input.ChannelARN),
      (found) => ok(this.deleted(found)),
    )
    return done.ok ? ok(undefined) : done
  }

  private deleted(found: StreamChannel): StreamMetadata {
    const { stream, channel } = found
    const status = nextChannelStatus(channel.status, 'delete')
    if (status !== 'DELETING' || status === channel.status) return stream
    const statusUntilMs = this.edits.stateEndMs()
    return withChannel(found, { ...channel, status, statusReason: undefined, statusUntilMs })
  }
}
