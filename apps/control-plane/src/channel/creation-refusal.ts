import type { CreateChannelInput } from '@millrace/aws-models'
import type { StreamMetadata } from '@millrace/metadata'
import type { DomainError } from '@millrace/model'
import { hasShards } from '../shard/shard-life.js'
import type { StreamDirectory } from '../stream/stream-directory.js'
import { notActive } from '../stream/stream-edits.js'
import { findKey } from '../stream-encryption/kms-key.js'
import { destinationType } from './channel-description.js'
import { placeProblem } from './channel-rules.js'
import { channelsIn } from './find-channel.js'

/** Why the stream cannot have this channel now; undefined where it can. */
export function channelRefusal(
  directory: StreamDirectory,
  stream: StreamMetadata,
  input: CreateChannelInput,
): DomainError | undefined {
  const { account, region, mode } = stream
  if (!hasShards(stream.status)) return notActive(stream)
  if (mode !== 'ON_DEMAND') return notOnDemand(stream)
  const message = placeProblem(input, stream)
  if (message !== undefined) return { kind: 'InvalidArgument', message }
  const key = keyRefusal(stream, input.EncryptionConfiguration?.KeyId)
  if (key) return key
  const others = [...channelsIn(directory.in(account, region))]
  const isTaken = others.some(({ channel }) => channel.name === input.ChannelName)
  return isTaken ? nameTaken(stream, input.ChannelName) : secondOfItsKind(stream, input)
}

/** Customers have no keys here, and that of Kinesis is not for channels. */
function keyRefusal(stream: StreamMetadata, keyId: string | undefined): DomainError | undefined {
  if (keyId === undefined) return undefined
  const key = findKey(keyId, stream)
  if (!key.ok) return key.error
  return { kind: 'InvalidArgument', message: `The key ${keyId} cannot be used for channels: a customer managed key is required.` }
}

function notOnDemand({ name, account }: StreamMetadata): DomainError {
  return {
    kind: 'ValidationFailed',
    message: `Request is invalid. Stream ${name} under account ${account} is in Provisioned mode.`,
  }
}

function nameTaken({ account }: StreamMetadata, channel: string): DomainError {
  return { kind: 'ResourceInUse', message: `Channel ${channel} under account ${account} already exists.` }
}

/** One to files and one to tables is all that a stream may have. */
function secondOfItsKind({ name, account, channels }: StreamMetadata, input: CreateChannelInput): DomainError | undefined {
  const type = input.S3DestinationConfiguration ? 'S3' : 'S3_TABLES'
  if (!channels.some((channel) => destinationType(channel) === type)) return undefined
  const message = `Stream ${name} under account ${account} has a channel with a destination of type ${type} already. Limit: 1.`
  return { kind: 'LimitExceeded', message }
}
