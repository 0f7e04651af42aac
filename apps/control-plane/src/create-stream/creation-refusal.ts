import type { StreamMetadata } from '@millrace/metadata'
import type { DomainError, StreamAddress } from '@millrace/model'
import { shardQuotaRefusal } from '@millrace/streams'
import type { ControlPlaneConfig } from '../config.js'
import { shardQuotaOf } from '../shard/shard-quota.js'
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
    (shape.mode === 'ON_DEMAND' ? tooManyOnDemand(address, others, quotas.onDemandStreamQuota) : undefined)
  if (message !== undefined) return { kind: 'LimitExceeded', message }
  return shardQuotaRefusal(shardQuotaOf(directory, account, region, quotas.shardQuota), shape.shardCount)
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
