import type { StreamMetadata } from '@millrace/metadata'
import { type DomainError, err, ok, type Result } from '@millrace/model'
import { type LifecycleCall, resolveStreamAddress, type StreamReference } from '@millrace/streams'
import type { StreamDirectory } from './stream-directory.js'

/** The stream that a call names, by name, by ARN, or by both. */
export function findStream(
  directory: StreamDirectory,
  call: LifecycleCall & { readonly input: StreamReference },
): Result<StreamMetadata, DomainError> {
  const address = resolveStreamAddress(call, call.input)
  if (!address.ok) return address
  const stream = directory.find(address.value)
  return stream ? ok(stream) : err({ kind: 'StreamNotFound', stream: address.value.name, account: address.value.account })
}
