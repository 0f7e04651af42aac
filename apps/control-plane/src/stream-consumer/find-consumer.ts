import type { ConsumerMetadata, StreamMetadata } from '@millrace/metadata'
import { type DomainError, err, ok, parseConsumerArn, parseStreamArn, type RequestError, type Result } from '@millrace/model'
import { consumerNotFound } from '@millrace/streams'
import type { StreamDirectory } from '../stream/stream-directory.js'
import { creationSecond } from './consumer-description.js'

/** How an input names a consumer: by its ARN, by its stream's ARN and its name, or by both. */
export interface ConsumerReference {
  readonly ConsumerARN?: string | undefined
  readonly StreamARN?: string | undefined
  readonly ConsumerName?: string | undefined
}

export interface RegisteredConsumer {
  readonly stream: StreamMetadata
  readonly consumer: ConsumerMetadata
}

export function findConsumer(directory: StreamDirectory, reference: ConsumerReference): Result<RegisteredConsumer, DomainError> {
  const { ConsumerARN, StreamARN, ConsumerName } = reference
  if (ConsumerARN === undefined) return byName(directory, StreamARN, ConsumerName)
  const address = parseConsumerArn(ConsumerARN)
  if (!address) return invalid(`${ConsumerARN} is not the ARN of a consumer.`)
  if (!agrees(reference, ConsumerARN, address.name)) {
    return invalid('ConsumerARN names another consumer than StreamARN and ConsumerName.')
  }
  const stream = directory.find(address.stream)
  if (!stream) return err({ kind: 'StreamNotFound', stream: address.stream.name, account: address.stream.account })
  const consumer = stream.consumers.find((one) => one.name === address.name && creationSecond(one) === address.creationSecond)
  if (consumer) return ok({ stream, consumer })
  return err(consumerNotFound(`${address.name} with creation timestamp ${address.creationSecond}`, address.stream))
}

/** The stream with another consumer in the place of one. */
export function withConsumer({ stream, consumer }: RegisteredConsumer, instead: ConsumerMetadata): StreamMetadata {
  return { ...stream, consumers: stream.consumers.map((one) => (one === consumer ? instead : one)) }
}

function byName(
  directory: StreamDirectory,
  arn: string | undefined,
  name: string | undefined,
): Result<RegisteredConsumer, DomainError> {
  if (arn === undefined || name === undefined) {
    return invalid('Either ConsumerARN or both of StreamARN and ConsumerName must be provided.')
  }
  const address = parseStreamArn(arn)
  if (!address) return invalid(`${arn} is not the ARN of a stream.`)
  const stream = directory.find(address)
  if (!stream) return err({ kind: 'StreamNotFound', stream: address.name, account: address.account })
  const consumer = stream.consumers.find((one) => one.name === name)
  return consumer ? ok({ stream, consumer }) : err(consumerNotFound(name, address))
}

function agrees({ StreamARN, ConsumerName }: ConsumerReference, consumerArn: string, name: string): boolean {
  const isOfStream = StreamARN === undefined || consumerArn.startsWith(`${StreamARN}/consumer/`)
  return isOfStream && (ConsumerName === undefined || ConsumerName === name)
}

function invalid(message: string): Result<never, RequestError> {
  return err({ kind: 'InvalidArgument', message })
}
