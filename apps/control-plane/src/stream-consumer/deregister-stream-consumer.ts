import type { ConsumerMetadata, StreamChange } from '@millrace/metadata'
import { type Clock, ok } from '@millrace/model'
import type { ControlPlaneConfig } from '../config.js'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamWriter } from '../stream/stream-writer.js'
import { nextConsumerStatus } from './consumer-status.js'
import { findConsumer, type RegisteredConsumer } from './find-consumer.js'

/** The consumer is DELETING when this answers; as AWS lists no error for it, a consumer that is DELETING already stays so. */
export class DeregisterStreamConsumer implements LifecycleOperation<'DeregisterStreamConsumer'> {
  constructor(
    private readonly writer: StreamWriter,
    private readonly clock: Clock,
    private readonly config: Pick<ControlPlaneConfig, 'stateDelayMs'>,
  ) {}

  async handle({ input }: Call<'DeregisterStreamConsumer'>): Promise<Answer<'DeregisterStreamConsumer'>> {
    const done = await this.writer.change((directory) => {
      const found = findConsumer(directory, input)
      return found.ok ? ok(this.deregistration(found.value)) : found
    })
    return done.ok ? ok(undefined) : done
  }

  private deregistration({ stream, consumer }: RegisteredConsumer): StreamChange[] {
    const deleting = deletingConsumer(consumer, this.clock.nowMs() + this.config.stateDelayMs)
    if (deleting === consumer) return []
    const consumers = stream.consumers.map((one) => (one === consumer ? deleting : one))
    return [{ kind: 'changed', before: stream, after: { ...stream, consumers } }]
  }
}

export function deletingConsumer(consumer: ConsumerMetadata, untilMs: number): ConsumerMetadata {
  const status = nextConsumerStatus(consumer.status, 'deregister')
  if (status !== 'DELETING' || status === consumer.status) return consumer
  return { ...consumer, status, statusUntilMs: untilMs }
}
