import type { DomainError, StreamAddress } from '@millrace/model'
import { shardQuotaRefusal } from '@millrace/streams'
import type { ControlPlaneConfig } from '../config.js'
import { shardQuotaOf } from '../shard/shard-quota.js'
import type { StreamDirectory } from '../stream/stream-directory.js'
import { onDemandRefusal } from '../stream-mode/on-demand-quota.js'
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
  return (
    creatingRefusal(directory, address, quotas.creatingStreamsMax) ??
    (shape.mode === 'ON_DEMAND' ? onDemandRefusal(directory, address, quotas.onDemandStreamQuota) : undefined) ??
    shardQuotaRefusal(shardQuotaOf(directory, account, region, quotas.shardQuota), shape.shardCount)
  )
}

function creatingRefusal(directory: StreamDirectory, { account, region }: StreamAddress, max: number): DomainError | undefined {
  const creating = [...directory.in(account, region)].filter(({ status }) => status === 'CREATING').length
  if (creating < max) return undefined
  const message =
    'This request would have exceed the limit on the number of streams that can simultaneously be in CREATING or DELETING for the ' +
    `account ${account}. Limit: ${max}.`
  return { kind: 'LimitExceeded', message }
}
