import type { StreamMetadata } from '@millrace/metadata'
import { err, ok } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamEdits } from '../stream/stream-edits.js'
import { nextStatus } from '../stream/stream-status.js'
import { deletingConsumer } from '../stream-consumer/deregister-stream-consumer.js'
import { deletionRefusal } from './deletion-refusal.js'

/** The stream is DELETING when this answers; its records go with its row, as the log keeps no stream that the map does not have. */
export class DeleteStream implements LifecycleOperation<'DeleteStream'> {
  constructor(private readonly edits: StreamEdits) {}

  async handle(call: Call<'DeleteStream'>): Promise<Answer<'DeleteStream'>> {
    const done = await this.edits.at(call, (stream) => {
      const refusal = deletionRefusal(stream, call.input.EnforceConsumerDeletion === true)
      return refusal ? err(refusal) : ok(this.deleted(stream))
    })
    return done.ok ? ok(undefined) : done
  }

  /** Itself, where the stream is being deleted already. */
  private deleted(before: StreamMetadata): StreamMetadata {
    const status = nextStatus(before.status, 'delete')
    if (status !== 'DELETING' || status === before.status) return before
    const statusUntilMs = this.edits.stateEndMs()
    const consumers = before.consumers.map((consumer) => deletingConsumer(consumer, statusUntilMs))
    return { ...before, status, statusUntilMs, consumers }
  }
}
