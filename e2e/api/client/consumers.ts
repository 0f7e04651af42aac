import type { Kinesis } from './kinesis.js'
import { freshName, until } from './streams.js'

/** Registers a consumer and waits until it is ACTIVE; where too many are in creation, it waits for its turn. Resolves to its ARN. */
export async function registerConsumer(kinesis: Kinesis, stream: string, name = freshName()): Promise<string> {
  const input = { StreamARN: kinesis.arn(stream), ConsumerName: name }
  const registered = await until(
    () => kinesis.call('RegisterStreamConsumer', input),
    ({ body }) => body?.__type !== 'LimitExceededException',
  )
  if (registered.status !== 200) throw new Error(`RegisterStreamConsumer answered ${JSON.stringify(registered.body)}`)
  const { ConsumerARN } = registered.body.Consumer
  await until(
    () => kinesis.call('DescribeStreamConsumer', { ConsumerARN }),
    ({ body }) => body.ConsumerDescription?.ConsumerStatus === 'ACTIVE',
  )
  return ConsumerARN
}

/** Waits until a consumer that was deregistered is not there any more. */
export async function consumerGone(kinesis: Kinesis, ConsumerARN: string): Promise<void> {
  await until(
    () => kinesis.call('DescribeStreamConsumer', { ConsumerARN }),
    ({ status }) => status !== 200,
  )
}
