import type { ConsumerMetadata, StreamMetadata } from '@millrace/metadata'
import { type Clock, type DomainError, err, ok } from '@millrace/model'
import type { ControlPlaneConfig } from '../config.js'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import { hasShards } from '../shard/shard-life.js'
import { findStream } from '../stream/find-stream.js'
import type { StreamWriter } from '../stream/stream-writer.js'
import { tagProblem } from '../tag/tag-rules.js'
import { describeConsumer } from './consumer-description.js'
import { type ConsumerLimits, registrationRefusal } from './registration-refusal.js'

export class RegisterStreamConsumer implements LifecycleOperation<'RegisterStreamConsumer'> {
  constructor(
    private readonly writer: StreamWriter,
    private readonly clock: Clock,
    private readonly config: ConsumerLimits & Pick<ControlPlaneConfig, 'stateDelayMs' | 'tagsPerResourceMax'>,
  ) {}

  async handle(call: Call<'RegisterStreamConsumer'>): Promise<Answer<'RegisterStreamConsumer'>> {
    let registered: { stream: StreamMetadata; consumer: ConsumerMetadata } | undefined
    const done = await this.writer.change((directory) => {
      const found = findStream(directory, call)
      if (!found.ok) return found
      const before = found.value
      const refusal =
        registrationProblem(before, call.input, this.config) ??
        registrationRefusal(directory, before, call.input.ConsumerName, this.config)
      if (refusal) return err(refusal)
      const consumer = this.newConsumer(call.input)
      const consumers = [...before.consumers, consumer].sort((a, b) => (a.name < b.name ? -1 : 1))
      registered = { stream: before, consumer }
      return ok([{ kind: 'changed', before, after: { ...before, consumers } }])
    })
    if (!done.ok) return done
    if (!registered) throw new Error('a change was stored that was not decided')
    return ok({ Consumer: describeConsumer(registered.stream, registered.consumer) })
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
  const { name, account, status } = stream
  const tags = Object.entries(Tags ?? {})
  const message = tagProblem(tags, stream, { count: tags.length, max: tagsPerResourceMax })
  if (message) return { kind: 'InvalidArgument', message }
  return hasShards(status) ? undefined : { kind: 'StreamNotActive', stream: name, account, state: status }
}
