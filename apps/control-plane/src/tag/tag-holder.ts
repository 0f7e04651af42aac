import type { StreamMetadata } from '@millrace/metadata'
import {
  type DomainError,
  err,
  ok,
  parseChannelArn,
  parseConsumerArn,
  parseStreamArn,
  type RequestError,
  type Result,
} from '@millrace/model'
import type { LifecycleCall, StreamReference } from '@millrace/streams'
import { findChannel, type StreamChannel, withChannel } from '../channel/find-channel.js'
import { hasShards } from '../shard/shard-life.js'
import { findStream } from '../stream/find-stream.js'
import type { StreamDirectory } from '../stream/stream-directory.js'
import { notActive } from '../stream/stream-edits.js'
import { findConsumer, type RegisteredConsumer, withConsumer } from '../stream-consumer/find-consumer.js'

type Tags = ReadonlyMap<string, string>

/** A stream, or a consumer or a channel of one, as what has tags. */
export interface TagHolder {
  /** The stream that it is, or belongs to. */
  readonly stream: StreamMetadata
  readonly tags: Tags
  /** Why its tags cannot change now. */
  readonly refusal: DomainError | undefined
  /** The stream, with other tags where it has them. */
  retagged(tags: Tags): StreamMetadata
}

/** How an input names what it is about: a stream by itself, anything by its ARN. */
export interface TagReference extends StreamReference {
  readonly ResourceARN?: string
}

export function findTagHolder(
  directory: StreamDirectory,
  call: LifecycleCall & { readonly input: TagReference },
): Result<TagHolder, DomainError> {
  const { ResourceARN } = call.input
  if (ResourceARN !== undefined) return byArn(directory, ResourceARN)
  const found = findStream(directory, call)
  return found.ok ? ok(streamHolder(found.value)) : found
}

function byArn(directory: StreamDirectory, arn: string): Result<TagHolder, DomainError> {
  if (parseConsumerArn(arn)) {
    const found = findConsumer(directory, { ConsumerARN: arn })
    return found.ok ? ok(consumerHolder(found.value)) : found
  }
  if (parseChannelArn(arn)) {
    const found = findChannel(directory, arn)
    return found.ok ? ok(channelHolder(found.value)) : found
  }
  const address = parseStreamArn(arn)
  if (!address) return err(resourceNotFound(arn))
  const stream = directory.find(address)
  return stream ? ok(streamHolder(stream)) : err({ kind: 'StreamNotFound', stream: address.name, account: address.account })
}

function streamHolder(stream: StreamMetadata): TagHolder {
  const refusal = hasShards(stream.status) ? undefined : notActive(stream)
  return { stream, tags: stream.tags, refusal, retagged: (tags) => ({ ...stream, tags }) }
}

function consumerHolder(found: RegisteredConsumer): TagHolder {
  const { stream, consumer } = found
  const { name, account } = stream
  const message = `Consumer ${consumer.name} under stream ${name} and account ${account} is being deleted.`
  return {
    stream,
    tags: consumer.tags,
    refusal: consumer.status === 'DELETING' ? { kind: 'ResourceInUse', message } : undefined,
    retagged: (tags) => withConsumer(found, { ...consumer, tags }),
  }
}

function channelHolder(found: StreamChannel): TagHolder {
  const { stream, channel } = found
  const message = `Channel ${channel.name} under account ${stream.account} is being deleted.`
  return {
    stream,
    tags: channel.tags,
    refusal: channel.status === 'DELETING' ? { kind: 'ResourceInUse', message } : undefined,
    retagged: (tags) => withChannel(found, { ...channel, tags }),
  }
}

function resourceNotFound(arn: string): RequestError {
  return { kind: 'ResourceNotFound', message: `Resource ${arn} not found.` }
}
