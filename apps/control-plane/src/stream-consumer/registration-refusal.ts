import type { StreamMetadata } from '@millrace/metadata'
import type { DomainError, Limits } from '@millrace/model'
import { isCommitted } from '../account-settings/commitment.js'
import type { StreamDirectory } from '../stream/stream-directory.js'

export type ConsumerLimits = Pick<Limits, 'consumersPerStreamMax' | 'advantageConsumersPerStreamMax' | 'creatingConsumersMax'>

/** A consumer that is to be registered. */
export interface Registration {
  readonly stream: StreamMetadata
  readonly consumer: string
  readonly nowMs: number
}

/** Why the stream cannot have a consumer of that name now; undefined where it can. */
export function registrationRefusal(
  directory: StreamDirectory,
  { stream, consumer, nowMs }: Registration,
  limits: ConsumerLimits,
): DomainError | undefined {
  const { account, name } = stream
  if (stream.consumers.some((one) => one.name === consumer)) {
    return {
      kind: 'ResourceInUse',
      message: `Consumer ${consumer} under stream ${name} already exists for account ${account}.`,
    }
  }
  const hasAdvantage = stream.mode === 'ON_DEMAND' && isCommitted(directory.settingsOf(account, stream.region), nowMs)
  const max = hasAdvantage ? limits.advantageConsumersPerStreamMax : limits.consumersPerStreamMax
  const message = tooMany(stream, max) ?? tooManyCreating(directory, stream, limits.creatingConsumersMax)
  return message === undefined ? undefined : { kind: 'LimitExceeded', message }
}

function tooMany({ account, name, consumers }: StreamMetadata, max: number): string | undefined {
  if (consumers.length < max) return undefined
  return `This request would exceed the limit on the number of consumers of stream ${name} under account ${account}. Limit: ${max}.`
}

/** Of all streams of the account in the region. */
function tooManyCreating(directory: StreamDirectory, { account, region }: StreamMetadata, max: number): string | undefined {
  let creating = 0
  for (const { consumers } of directory.in(account, region)) {
    creating += consumers.filter(({ status }) => status === 'CREATING').length
  }
  if (creating < max) return undefined
  return `This request would exceed the limit on the number of consumers that can simultaneously be in CREATING for the account ${account}. Limit: ${max}.`
}
