import type { StreamMetadata, StreamSettings } from '@millrace/metadata'
import { type Clock, type DomainError, err, ok, type Result } from '@millrace/model'
import type { LifecycleCall, StreamReference } from '@millrace/streams'
import type { ControlPlaneConfig } from '../config.js'
import { findStream } from './find-stream.js'
import type { StreamDirectory } from './stream-directory.js'
import { nextStatus } from './stream-status.js'
import type { StreamWriter } from './stream-writer.js'

/** What is to become of a stream: another one, or itself, where there is nothing to change. */
export type Edit = (before: StreamMetadata, directory: StreamDirectory) => Result<StreamMetadata, DomainError>

export interface EditedStream {
  readonly before: StreamMetadata
  readonly after: StreamMetadata
}

/** What an edit is of: a stream, or what belongs to one. */
interface OfStream {
  readonly stream: StreamMetadata
}

type StreamCall = LifecycleCall & { readonly input: StreamReference }

/** Changes of one stream, or of what belongs to it. */
export class StreamEdits {
  constructor(
    private readonly writer: StreamWriter,
    private readonly clock: Clock,
    private readonly config: Pick<ControlPlaneConfig, 'stateDelayMs'>,
  ) {}

  /** When CREATING, UPDATING or DELETING is over that begins now. */
  stateEndMs(): number {
    return this.clock.nowMs() + this.config.stateDelayMs
  }

  /**
   * A setting that takes time: the stream must be ACTIVE, and is UPDATING for a while where it changes. The new value counts at once,
   * and is shown when the stream is ACTIVE again. An edit that leaves it UPDATING itself, as a reshard does, says itself how long.
   */
  update(call: StreamCall, edit: Edit): Promise<Result<EditedStream, DomainError>> {
    return this.at(call, (before, directory) => {
      const status = nextStatus(before.status, 'update')
      if (status !== 'UPDATING') return err(notActive(before))
      const after = edit(before, directory)
      if (!after.ok || after.value === before) return after
      const settingsBefore = settingsOf(before)
      if (after.value.status === status) return ok({ ...after.value, settingsBefore })
      return ok({ ...after.value, settingsBefore, status, statusUntilMs: this.stateEndMs() })
    })
  }

  /** A setting that is changed when this resolves. */
  at(call: StreamCall, edit: Edit): Promise<Result<EditedStream, DomainError>> {
    const find = (directory: StreamDirectory) => {
      const found = findStream(directory, call)
      return found.ok ? ok({ stream: found.value }) : found
    }
    return this.of(find, ({ stream }, directory) => edit(stream, directory))
  }

  /** The same of what is found with its stream: a consumer, a channel, whatever has tags or a policy. */
  of<Found extends OfStream>(
    find: (directory: StreamDirectory) => Result<Found, DomainError>,
    edit: (found: Found, directory: StreamDirectory) => Result<StreamMetadata, DomainError>,
  ): Promise<Result<EditedStream, DomainError>> {
    return this.writer.change((directory) => {
      const found = find(directory)
      if (!found.ok) return found
      const before = found.value.stream
      const after = edit(found.value, directory)
      if (!after.ok) return after
      const answer = { before, after: after.value }
      return ok({ changes: answer.after === before ? [] : [{ kind: 'changed', ...answer }], answer })
    })
  }
}

function settingsOf(stream: StreamMetadata): StreamSettings {
  const { mode, retentionHours, maxRecordKib, encryptionKeyId, shardLevelMetrics } = stream
  const settings = { mode, retentionHours, maxRecordKib, shardLevelMetrics }
  return encryptionKeyId === undefined ? settings : { ...settings, encryptionKeyId }
}

export function notActive({ name, account, status }: StreamMetadata): DomainError {
  return { kind: 'StreamNotActive', stream: name, account, state: status }
}
