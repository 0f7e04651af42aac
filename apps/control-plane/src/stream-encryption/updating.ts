import type { StreamMetadata } from '@millrace/metadata'
import { err, ok, type Result, type StreamError } from '@millrace/model'
import { nextStatus } from '../stream/stream-status.js'

/** The stream while something of it changes that ends by time; only an ACTIVE one takes it. */
export function updating(stream: StreamMetadata, untilMs: number): Result<StreamMetadata, StreamError> {
  const { name, account, status } = stream
  if (nextStatus(status, 'update') !== 'UPDATING') return err({ kind: 'StreamNotActive', stream: name, account, state: status })
  return ok({ ...stream, status: 'UPDATING', statusUntilMs: untilMs })
}
