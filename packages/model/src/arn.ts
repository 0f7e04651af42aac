import type { AccountId, Region, StreamName } from './ids.js'

/** Partitions other than `aws`, by how the names of their regions begin. */
const partitions: readonly (readonly [prefix: string, partition: string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
  ['eusc-', 'aws-eusc'],
]

/** The partition of a region as AWS spells it in ARNs. */
export function partitionOf(region: string): string {
  return partitions.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws'
}

export function streamArn(account: AccountId, region: Region, name: StreamName): string {
  return `arn:${partitionOf(region)}:kinesis:${region}:${account}:stream/${name}`
}

export interface StreamAddress {
  readonly account: AccountId
  readonly region: Region
  readonly name: StreamName
}

/** The stream that an ARN names; undefined where it is no stream's ARN (the model's pattern has been checked before). */
export function parseStreamArn(arn: string): StreamAddress | undefined {
  const match = /^arn:aws[^:]*:kinesis:([^:]*):([0-9]{12}):stream\/([^/:]+)$/.exec(arn)
  if (!match) return undefined
  return { region: match[1] as Region, account: match[2] as AccountId, name: match[3] as StreamName }
}

/** A registered consumer as its ARN names it: one that was registered anew under its name has another ARN. */
export interface ConsumerAddress {
  readonly stream: StreamAddress
  readonly name: string
  readonly creationSecond: number
}

export function consumerArn({ stream, name, creationSecond }: ConsumerAddress): string {
  return `${streamArn(stream.account, stream.region, stream.name)}/consumer/${name}:${creationSecond}`
}

/** The consumer that an ARN names; undefined where it is no consumer's ARN. */
export function parseConsumerArn(arn: string): ConsumerAddress | undefined {
  const match = /^(.*)\/consumer\/([a-zA-Z0-9_.-]+):([0-9]{1,15})$/.exec(arn)
  const stream = match && parseStreamArn(match[1])
  return stream ? { stream, name: match[2], creationSecond: Number(match[3]) } : undefined
}

/** A channel as its ARN names it: by a generated id, which says nothing of its stream. */
export interface ChannelAddress {
  readonly account: AccountId
  readonly region: Region
  readonly id: string
}

export function channelArn({ account, region, id }: ChannelAddress): string {
  return `arn:${partitionOf(region)}:kinesis:${region}:${account}:channel/${id}`
}

/** The channel that an ARN names; undefined where it is no channel's ARN. */
export function parseChannelArn(arn: string): ChannelAddress | undefined {
  const match = /^arn:aws[^:]*:kinesis:([^:]*):([0-9]{12}):channel\/([^/:]+)$/.exec(arn)
  return match ? { region: match[1] as Region, account: match[2] as AccountId, id: match[3] } : undefined
}
