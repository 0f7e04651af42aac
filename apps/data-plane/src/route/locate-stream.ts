import type { CallContext } from '@millrace/aws-wire'
import { type DomainError, err, ok, type Result } from '@millrace/model'
import { resolveStreamAddress, type ShardMap, type StreamReference, type StreamView } from '@millrace/streams'

/** The stream that a request means, as this node knows it. */
export function locateStream(map: ShardMap, context: CallContext, reference: StreamReference): Result<StreamView, DomainError> {
  const address = resolveStreamAddress(context, reference)
  if (!address.ok) return address
  const { account, region, name } = address.value
  const stream = map.find(account, region, name)
  return stream ? ok(stream) : err({ kind: 'StreamNotFound', stream: name, account })
}
