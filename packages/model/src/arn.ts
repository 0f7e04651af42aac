import type { AccountId, Region, StreamName } from './ids.js'

/** The partition of a region as AWS spells it in ARNs. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  if (region.startsWith('us-gov-')) return 'aws-us-gov'
  return 'aws'
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
