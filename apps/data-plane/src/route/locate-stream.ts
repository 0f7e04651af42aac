import type { CallContext } from '@millrace/aws-wire'
import { type DomainError, err, ok, parseStreamArn, type Result, type StreamName } from '@millrace/model'
import type { ShardMap, StreamView } from '@millrace/streams'

/** How a request names a stream: by name, by ARN, or by both. */
export interface StreamReference {
  readonly streamName?: string | undefined
  readonly streamArn?: string | undefined
}

/** The stream that a request means; an ARN may name another account or region. */
export function locateStream(map: ShardMap, context: CallContext, reference: StreamReference): Result<StreamView, DomainError> {
  const address = addressOf(context, reference)
  if (!address.ok) return address
  const { account, region, name } = address.value
  const stream = map.find(account, region, name)
  return stream ? ok(stream) : err({ kind: 'StreamNotFound', stream: name, account })
}

export function addressOf(context: Pick<CallContext, 'account' | 'region'>, reference: StreamReference) {
  const { streamName, streamArn } = reference
  if (streamArn === undefined) {
    if (streamName === undefined) return err(missing)
    return ok({ account: context.account, region: context.region, name: streamName as StreamName })
  }
  const address = parseStreamArn(streamArn)
  if (!address) return err<DomainError>({ kind: 'InvalidArgument', message: `${streamArn} is not the ARN of a stream.` })
  if (streamName !== undefined && streamName !== address.name) return err(disagree)
  return ok(address)
}

const missing: DomainError = { kind: 'InvalidArgument', message: 'Either StreamName or StreamARN must be provided.' }
const disagree: DomainError = { kind: 'InvalidArgument', message: 'StreamName and StreamARN name different streams.' }
