import { randomUUID } from 'node:crypto'
import type { ChannelMetadata } from '@millrace/metadata'
import { type Clock, type DomainError, err, ok } from '@millrace/model'
import type { ControlPlaneConfig } from '../config.js'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamEdits } from '../stream/stream-edits.js'
import { tagProblem } from '../tag/tag-rules.js'
import { channelDefinition } from './channel-definition.js'
import { describeChannel } from './channel-description.js'
import { channelProblem } from './channel-rules.js'
import { channelRefusal } from './creation-refusal.js'

type Input = Call<'CreateChannel'>['input']

export class CreateChannel implements LifecycleOperation<'CreateChannel'> {
  constructor(
    private readonly edits: StreamEdits,
    private readonly clock: Clock,
    private readonly config: Pick<ControlPlaneConfig, 'stateDelayMs' | 'tagsPerResourceMax'>,
  ) {}

  async handle(call: Call<'CreateChannel'>): Promise<Answer<'CreateChannel'>> {
    const { input } = call
    const problem = this.problem(call)
    if (problem) return err(problem)
    const channel = this.newChannel(input)
    const source = { StreamARN: input.StreamConfigurationList[0].StreamARN }
    const edited = await this.edits.at({ ...call, input: source }, (stream, directory) => {
      const refusal = channelRefusal(directory, stream, input)
      return refusal ? err(refusal) : ok({ ...stream, channels: [...stream.channels, channel] })
    })
    return edited.ok ? ok({ ChannelDescription: describeChannel(edited.value.after, channel) }) : edited
  }

  private problem({ account, input }: Call<'CreateChannel'>): DomainError | undefined {
    const tags = Object.entries(input.Tags ?? {})
    const limit = { count: tags.length, max: this.config.tagsPerResourceMax }
    const message = channelProblem(input) ?? tagProblem(tags, { name: input.ChannelName, account }, limit)
    return message === undefined ? undefined : { kind: 'InvalidArgument', message }
  }

  private newChannel(input: Input): ChannelMetadata {
    const nowMs = this.clock.nowMs()
    const identity = { id: randomUUID(), name: input.ChannelName }
    return {
      ...identity,
      createdMs: nowMs,
      status: 'CREATING',
      statusReason: undefined,
      statusUntilMs: nowMs + this.config.stateDelayMs,
      definition: { ...channelDefinition(input, identity) },
      tags: new Map(Object.entries(input.Tags ?? {})),
    }
  }
}
