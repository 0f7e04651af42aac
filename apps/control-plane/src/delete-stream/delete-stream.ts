import type { StreamChange, StreamMetadata } from '@millrace/metadata'
import { type Clock, type DomainError, err, ok, streamArn } from '@millrace/model'
import type { ControlPlaneConfig } from '../config.js'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import { findStream } from '../stream/find-stream.js'
import { nextStatus } from '../stream/stream-status.js'
import type { StreamWriter } from '../stream/stream-writer.js'
import { deletingConsumer } from '../stream-consumer/deregister-stream-consumer.js'

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
    return [{ kind: 'changed', before, after: { ...before, status, statusUntilMs, consumers, reshard: undefined } }]
  }
}

/** What still uses the stream; undefined where nothing does. */
function deletionRefusal(stream: StreamMetadata, alsoConsumers: boolean): DomainError | undefined {
  if (stream.status === 'DELETING' || stream.consumers.length === 0 || alsoConsumers) return undefined
  const arn = streamArn(stream.account, stream.region, stream.name)
  return {
    kind: 'ResourceInUse',
    message:
      `DeleteStream can't delete ${arn} because there are consumers associated with this data stream. To delete ${stream.name} ` +
      'anyway, set the EnforceConsumerDeletion parameter to true to force the deletion of all the consumers that are associated ' +
      'with it.',
  }
}
