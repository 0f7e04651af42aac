import type { StreamChange, StreamMetadata } from '@millrace/metadata'
import { type DomainError, err, ok, parseConsumerArn, parseStreamArn, type Result } from '@millrace/model'
import { hasShards } from '../shard/shard-life.js'
import type { StreamDirectory } from '../stream/stream-directory.js'
import { notActive } from '../stream/stream-edits.js'
import { findConsumer, type RegisteredConsumer } from '../stream-consumer/find-consumer.js'

/** A stream or a consumer as what may have a policy. */
export interface PolicyHolder {
  readonly arn: string
  readonly policy: string | undefined
  /** Why its policy cannot change now. */
  readonly refusal: DomainError | undefined
  changePolicy(policy: string | undefined): StreamChange
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

function streamHolder(arn: string, before: StreamMetadata): PolicyHolder {
  return {
    arn,
    policy: before.resourcePolicy,
    refusal: hasShards(before.status) ? undefined : notActive(before),
    changePolicy: (resourcePolicy) => ({ kind: 'changed', before, after: { ...before, resourcePolicy } }),
  }
}

function consumerHolder(arn: string, { stream: before, consumer }: RegisteredConsumer): PolicyHolder {
  const { name, account, consumers } = before
  const created = Math.floor(consumer.createdMs / 1000)
  const message = `Consumer ${consumer.name} with creation timestamp ${created} under stream ${name} and account ${account} is not in ACTIVE status.`
  return {
    arn,
    policy: consumer.resourcePolicy,
    refusal: consumer.status === 'ACTIVE' ? undefined : { kind: 'ResourceInUse', message },
    changePolicy: (resourcePolicy) => {
      const changed = consumers.map((one) => (one === consumer ? { ...one, resourcePolicy } : one))
      return { kind: 'changed', before, after: { ...before, consumers: changed } }
    },
  }
}
