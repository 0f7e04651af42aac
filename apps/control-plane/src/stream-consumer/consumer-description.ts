import type { Consumer } from '@millrace/aws-models'
import type { ConsumerMetadata, StreamMetadata } from '@millrace/metadata'
import { consumerArn } from '@millrace/model'

/** The last part of the consumer's ARN. */
export function creationSecond(consumer: ConsumerMetadata): number {
  return Math.floor(consumer.createdMs / 1000)
}

/** What registering and listing show. Only the description of one consumer names its stream besides. */
export function describeConsumer(stream: StreamMetadata, consumer: ConsumerMetadata) {
  const second = creationSecond(consumer)
  return {
    ConsumerName: consumer.name,
    ConsumerARN: consumerArn({ stream, name: consumer.name, creationSecond: second }),
    ConsumerStatus: consumer.status,
    ConsumerCreationTimestamp: new Date(second * 1000),
  } satisfies Consumer
}
