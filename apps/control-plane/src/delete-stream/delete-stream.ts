import type { StreamChange, StreamMetadata } from '@millrace/metadata'
import { type Clock, err, ok } from '@millrace/model'
import type { ControlPlaneConfig } from '../config.js'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import { findStream } from '../stream/find-stream.js'
import { nextStatus } from '../stream/stream-status.js'
import type { StreamWriter } from '../stream/stream-writer.js'
import { deletingConsumer } from '../stream-consumer/deregister-stream-consumer.js'
import { deletionRefusal } from './deletion-refusal.js'

/** The stream is DELETING when this answers; its records go with its row, as the log keeps no stream that the map does not have. */
export class DeleteStream implements LifecycleOperation<'DeleteStream'> {
  constructor(
    private readonly writer: StreamWriter,
    private readonly clock: Clock,
    private readonly config: Pick<ControlPlaneConfig, 'stateDelayMs'>,
  ) {}

  async handle(call: Call<'DeleteStream'>): Promise<Answer<'DeleteStream'>> {
    const done = await this.writer.change((directory) => {
      const found = findStream(directory, call)
      if (!found.ok) return found
      const refusal = deletionRefusal(found.value, call.input.EnforceConsumerDeletion === true)
      return refusal ? err(refusal) : ok(this.deletion(found.value))
    })
    return done.ok ? ok(undefined) : done
  }

  /** Nothing, where the stream is being deleted already. */
  private deletion(before: StreamMetadata): StreamChange[] {
    const status = nextStatus(before.status, 'delete')
    if (status !== 'DELETING' || status === before.status) return []
    const statusUntilMs = this.clock.nowMs() + this.config.stateDelayMs
    const consumers = before.consumers.map((consumer) => deletingConsumer(consumer, statusUntilMs))
    return [{ kind: 'changed', before, after: { ...before, status, statusUntilMs, consumers } }]
  }
}
