import type { ConsumerMetadata } from '@millrace/metadata'
import { ok } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamEdits } from '../stream/stream-edits.js'
import { nextConsumerStatus } from './consumer-status.js'
import { findConsumer, withConsumer } from './find-consumer.js'

/** The consumer is DELETING when this answers; as AWS lists no error for it, a consumer that is DELETING already stays so. */
export class DeregisterStreamConsumer implements LifecycleOperation<'DeregisterStreamConsumer'> {
  constructor(private readonly edits: StreamEdits) {}

  async handle({ input }: Call<'DeregisterStreamConsumer'>): Promise<Answer<'DeregisterStreamConsumer'>> {
    const done = await this.edits.of(
      (directory) => findConsumer(directory, input),
      (found) => {
        const deleting = deletingConsumer(found.consumer, this.edits.stateEndMs())
        return ok(deleting === found.consumer ? found.stream : withConsumer(found, deleting))
      },
    )
    return done.ok ? ok(undefined) : done
  }
}

export function deletingConsumer(consumer: ConsumerMetadata, untilMs: number): ConsumerMetadata {
  const status = nextConsumerStatus(consumer.status, 'deregister')
  if (status !== 'DELETING' || status === consumer.status) return consumer
  return { ...consumer, status, statusUntilMs: untilMs }
}
