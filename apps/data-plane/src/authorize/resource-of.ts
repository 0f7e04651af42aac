import type { KinesisOperations } from '@millrace/aws-models'
import { type AccountId, type Region, type StreamName, streamArn } from '@millrace/model'
import { openIterator } from '@millrace/streams'

type ResourceIn = 'nothing' | 'iterator' | 'consumer' | 'channel' | 'channelStream' | 'resource'

/** Which resource an operation acts on is data: where its ARN is found in the parsed input. What is not listed acts on a stream. */
const resourceIn: { readonly [Operation in keyof KinesisOperations]?: ResourceIn } = {
  ListStreams: 'nothing',
  DescribeLimits: 'nothing',
  DescribeAccountSettings: 'nothing',
  UpdateAccountSettings: 'nothing',
  ListChannels: 'nothing',
  GetRecords: 'iterator',
  SubscribeToShard: 'consumer',
  DescribeStreamConsumer: 'consumer',
  DeregisterStreamConsumer: 'consumer',
  CreateChannel: 'channelStream',
  DescribeChannel: 'channel',
  UpdateChannel: 'channel',
  DeleteChannel: 'channel',
  TagResource: 'resource',
  UntagResource: 'resource',
  ListTagsForResource: 'resource',
  PutResourcePolicy: 'resource',
  GetResourcePolicy: 'resource',
  DeleteResourcePolicy: 'resource',
}

interface Input {
  readonly StreamName?: string
  readonly StreamARN?: string
  readonly ConsumerARN?: string
  readonly ConsumerName?: string
  readonly ChannelARN?: string
  readonly StreamConfigurationList?: readonly { readonly StreamARN: string }[]
  readonly ResourceARN?: string
  readonly ShardIterator?: string
}

/** The ARN, or `*` where the operation has none or the input does not name it (the operation then says what is missing). */
export function resourceOf(
  operation: string,
  input: Input,
  caller: { account: AccountId; region: Region },
  iteratorKey: Uint8Array,
): string {
  switch (resourceIn[operation as keyof KinesisOperations]) {
    case 'nothing':
      return '*'
    case 'iterator':
      return iteratorResource(input.ShardIterator, iteratorKey)
    case 'consumer':
      return input.ConsumerARN ?? (input.StreamARN && `${input.StreamARN}/consumer/${input.ConsumerName ?? '*'}:*`) ?? '*'
    case 'channel':
      return input.ChannelARN ?? '*'
    case 'channelStream':
      return input.StreamConfigurationList?.[0]?.StreamARN ?? '*'
    case 'resource':
      return input.ResourceARN ?? '*'
    default:
      return (
        input.StreamARN ?? (input.StreamName ? streamArn(caller.account, caller.region, input.StreamName as StreamName) : '*')
      )
  }
}

function iteratorResource(iterator: string | undefined, key: Uint8Array): string {
  const position = iterator === undefined ? undefined : openIterator(iterator, key)
  return position ? streamArn(position.account, position.region, position.streamName) : '*'
}

/** The account that an ARN belongs to; undefined for `*`. */
export function accountOf(resource: string): string | undefined {
  return resource.startsWith('arn:') ? resource.split(':')[4] : undefined
}
