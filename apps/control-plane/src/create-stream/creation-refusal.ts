import type { StreamMetadata } from '@millrace/metadata'
import type { DomainError, StreamAddress } from '@millrace/model'
import type { ControlPlaneConfig } from '../config.js'
import { openShardCount } from '../shard/shard-life.js'
import type { StreamDirectory } from '../stream/stream-directory.js'
import type { StreamShape } from './stream-shape.js'

export type Quotas = Pick<ControlPlaneConfig, 'shardQuota' | 'onDemandStreamQuota' | 'creatingStreamsMax'>

/** Why the account cannot have this stream now; undefined where it can. */
export function creationRefusal(
  directory: StreamDirectory,
  address: StreamAddress,
  shape: StreamShape,
  quotas: Quotas,
): DomainError | undefined {
  const { account, region, name } = address
  if (directory.find(address)) return { kind: 'StreamAlreadyExists', stream: name, account }
  const others = [...directory.in(account, region)]
  const message =
    tooManyCreating(address, others, quotas.creatingStreamsMax) ??
    (shape.mode === 'ON_DEMAND' ? tooManyOnDemand(address, others, quotas.onDemandStreamQuota) : undefined) ??
    tooManyShards(address, others, shape.shardCount, quotas.shardQuota)
  return message === undefined ? undefined : { kind: 'LimitExceeded', message }
}

function tooManyCreating({ account }: StreamAddress, others: readonly StreamMetadata[], max: number): string | undefined {
  if (others.filter((other) => other.status === 'CREATING').length < max) return undefined
  return (
    'This request would have exceed the limit on the number of streams that can simultaneously be in CREATING or DELETING for the ' +
    `account ${account}. Limit: ${max}.`
  )
}

function tooManyOnDemand(
  { account, region }: StreamAddress,
  others: readonly StreamMetadata[],
  quota: number,
): string | undefined {
  const current = others.filter((other) => other.mode === 'ON_DEMAND').length
  if (current < quota) return undefined
  return (
    `This request would exceed the on-demand stream limit for the account ${account} in ${region}. Current on-demand stream count ` +
    `for the account: ${current}. Limit: ${quota}.`
  )
}

function tooManyShards(
  { account, region }: StreamAddress,
  others: readonly StreamMetadata[],
  additional: number,
  quota: number,
): string | undefined {
  const current = others.reduce((sum, other) => sum + openShardCount(other), 0)
  if (current + additional <= quota) return undefined
  return (
    `This request would exceed the shard limit for the account ${account} in ${region}. Current shard count for the account: ` +
    `${current}. Limit: ${quota}. Number of additional shards that would have resulted from this request: ${additional}. Refer to ` +
    'the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how ' +
    'to request higher limits.'
  )
}
