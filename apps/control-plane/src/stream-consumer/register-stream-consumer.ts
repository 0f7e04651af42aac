import type { ConsumerMetadata, StreamMetadata } from '@millrace/metadata'
import { type Clock, type DomainError, err, ok } from '@millrace/model'
import type { ControlPlaneConfig } from '../config.js'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import { hasShards } from '../shard/shard-life.js'
import { notActive, type StreamEdits } from '../stream/stream-edits.js'
import { tagProblem } from '../tag/tag-rules.js'
import { describeConsumer } from './consumer-description.js'
import { type ConsumerLimits, registrationRefusal } from './registration-refusal.js'

export class RegisterStreamConsumer implements LifecycleOperation<'RegisterStreamConsumer'> {
  constructor(
    private readonly edits: StreamEdits,
    private readonly clock: Clock,
    private readonly config: ConsumerLimits & Pick<ControlPlaneConfig, 'stateDelayMs' | 'tagsPerResourceMax'>,
  ) {}

  async handle(call: Call<'RegisterStreamConsumer'>): Promise<Answer<'RegisterStreamConsumer'>> {
    const { ConsumerName } = call.input
    const edited = await this.edits.at(call, (stream, directory) => {
      const registration = { stream, consumer: ConsumerName, nowMs: this.clock.nowMs() }
      const refusal =
        registrationProblem(stream, call.input, this.config) ?? registrationRefusal(directory, registration, this.config)
      if (refusal) return err(refusal)
      const consumers = [...stream.consumers, this.newConsumer(call.input)].sort((a, b) => (a.name < b.name ? -1 : 1))
      return ok({ ...stream, consumers })
    })
    if (!edited.ok) return edited
    const { after } = edited.value
    const [registered] = after.consumers.filter(({ name }) => name === ConsumerName)
    return ok({ Consumer: describeConsumer(after, registered) })
  }

  private newConsumer({ ConsumerName, Tags }: Call<'RegisterStreamConsumer'>['input']): ConsumerMetadata {
    const nowMs = this.clock.nowMs()
    return {
      name: ConsumerName,
      createdMs: nowMs,
      status: 'CREATING',
      statusUntilMs: nowMs + this.config.stateDelayMs,
      resourcePolicy: undefined,
      tags: new Map(Object.entries(Tags ?? {})),
    }
  }
}

function registrationProblem(
  stream: StreamMetadata,
  { Tags }: Call<'RegisterStreamConsumer'>['input'],
  { tagsPerResourceMax }: Pick<ControlPlaneConfig, 'tagsPerResourceMax'>,
): DomainError | undefined {
  const tags = Object.entries(Tags ?? {})
  const message = tagProblem(tags, stream, { count: tags.length, max: tagsPerResourceMax })
  if (message) return { kind: 'InvalidArgument', message }
  return hasShards(stream.status) ? undefined : notActive(stream)
}
