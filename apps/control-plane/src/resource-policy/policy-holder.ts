import type { StreamMetadata } from '@millrace/metadata'
import { type DomainError, err, ok, parseConsumerArn, parseStreamArn, type Result } from '@millrace/model'
import { hasShards } from '../shard/shard-life.js'
import type { StreamDirectory } from '../stream/stream-directory.js'
import { notActive } from '../stream/stream-edits.js'
import { creationSecond } from '../stream-consumer/consumer-description.js'
import { findConsumer, type RegisteredConsumer, withConsumer } from '../stream-consumer/find-consumer.js'

/** A stream or a consumer as what may have a policy. */
export interface PolicyHolder {
  readonly arn: string
  /** The stream that it is, or belongs to. */
  readonly stream: StreamMetadata
  readonly policy: string | undefined
  /** Why its policy cannot change now. */
  readonly refusal: DomainError | undefined
  /** The stream, with another policy where it has this one. */
  withPolicy(policy: string | undefined): StreamMetadata
}

export function findPolicyHolder(directory: StreamDirectory, arn: string): Result<PolicyHolder, DomainError> {
  if (parseConsumerArn(arn)) {
    const found = findConsumer(directory, { ConsumerARN: arn })
    return found.ok ? ok(consumerHolder(arn, found.value)) : found
  }
  const address = parseStreamArn(arn)
  if (!address) return err({ kind: 'InvalidArgument', message: `${arn} is not the ARN of a stream or of a consumer.` })
  const stream = directory.find(address)
  return stream ? ok(streamHolder(arn, stream)) : err({ kind: 'StreamNotFound', stream: address.name, account: address.account })
}

function streamHolder(arn: string, stream: StreamMetadata): PolicyHolder {
  return {
    arn,
    stream,
    policy: stream.resourcePolicy,
    refusal: hasShards(stream.status) ? undefined : notActive(stream),
    withPolicy: (resourcePolicy) => ({ ...stream, resourcePolicy }),
  }
}

function consumerHolder(arn: string, registered: RegisteredConsumer): PolicyHolder {
  const { stream, consumer } = registered
  const { name, account } = stream
  const message = `Consumer ${consumer.name} with creation timestamp ${creationSecond(consumer)} under stream ${name} and account ${account} is not in ACTIVE status.`
  return {
    arn,
    stream,
    policy: consumer.resourcePolicy,
    refusal: consumer.status === 'ACTIVE' ? undefined : { kind: 'ResourceInUse', message },
    withPolicy: (resourcePolicy) => withConsumer(registered, { ...consumer, resourcePolicy }),
  }
}
