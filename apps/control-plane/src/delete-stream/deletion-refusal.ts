import type { StreamMetadata } from '@millrace/metadata'
import { type DomainError, streamArn } from '@millrace/model'
import { blockingChannels } from '../channel/blocking-channels.js'

/** What still uses the stream; undefined where nothing does. `alsoConsumers`: consumers go with it. */
export function deletionRefusal(stream: StreamMetadata, alsoConsumers: boolean): DomainError | undefined {
  if (stream.status === 'DELETING') return undefined
  const cannot = `DeleteStream can't delete ${streamArn(stream.account, stream.region, stream.name)}`
  if (blockingChannels(stream).length > 0) {
    return inUse(`${cannot} because there are channels associated with this data stream. Delete the channels first.`)
  }
  if (stream.consumers.length === 0 || alsoConsumers) return undefined
  return inUse(
    `${cannot} because there are consumers associated with this data stream. To delete ${stream.name} anyway, set the ` +
      'EnforceConsumerDeletion parameter to true to force the deletion of all the consumers that are associated with it.',
  )
}

function inUse(message: string): DomainError {
  return { kind: 'ResourceInUse', message }
}
