import { type Clock, ok } from '@millrace/model'
import type { ControlPlaneConfig } from '../config.js'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { ChannelEdits } from './channel-edits.js'
import { nextChannelStatus } from './channel-status.js'

/** The channel is DELETING when this answers; one that is already stays so. */
export class DeleteChannel implements LifecycleOperation<'DeleteChannel'> {
  constructor(
    private readonly edits: ChannelEdits,
    private readonly clock: Clock,
    private readonly config: Pick<ControlPlaneConfig, 'stateDelayMs'>,
  ) {}

  async handle({ input }: Call<'DeleteChannel'>): Promise<Answer<'DeleteChannel'>> {
    const done = await this.edits.at(input.ChannelARN, ({ channel }) => {
      const status = nextChannelStatus(channel.status, 'delete')
      if (status !== 'DELETING' || status === channel.status) return ok(channel)
      const statusUntilMs = this.clock.nowMs() + this.config.stateDelayMs
      return ok({ ...channel, status, statusReason: undefined, statusUntilMs })
    })
    return done.ok ? ok(undefined) : done
  }
}
