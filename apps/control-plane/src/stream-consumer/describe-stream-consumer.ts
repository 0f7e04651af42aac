import { ok, streamArn } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamDirectory } from '../stream/stream-directory.js'
import { describeConsumer } from './consumer-description.js'
import { findConsumer } from './find-consumer.js'

export class DescribeStreamConsumer implements LifecycleOperation<'DescribeStreamConsumer'> {
  constructor(private readonly directory: StreamDirectory) {}

  handle({ input }: Call<'DescribeStreamConsumer'>): Answer<'DescribeStreamConsumer'> {
    const found = findConsumer(this.directory, input)
    if (!found.ok) return found
    const { stream, consumer } = found.value
    const StreamARN = streamArn(stream.account, stream.region, stream.name)
    return ok({ ConsumerDescription: { ...describeConsumer(stream, consumer), StreamARN } })
  }
}
