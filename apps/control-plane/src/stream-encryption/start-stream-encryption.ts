import type { StreamMetadata } from '@millrace/metadata'
import { type Clock, type DomainError, err, ok, type Result } from '@millrace/model'
import type { ControlPlaneConfig } from '../config.js'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import { findStream } from '../stream/find-stream.js'
import { ofLastDay } from '../stream/rolling-day.js'
import type { StreamWriter } from '../stream/stream-writer.js'
import { encryptionTypeRefusal } from './encryption-type.js'
import { findKey } from './kms-key.js'
import { updating } from './updating.js'

/** What is put from now on is encrypted; what lies in the stream stays as it was put. */
export class StartStreamEncryption implements LifecycleOperation<'StartStreamEncryption'> {
  constructor(
    private readonly writer: StreamWriter,
    private readonly clock: Clock,
    private readonly config: Pick<ControlPlaneConfig, 'stateDelayMs' | 'encryptionsPerDayMax'>,
  ) {}

  async handle(call: Call<'StartStreamEncryption'>): Promise<Answer<'StartStreamEncryption'>> {
    const refusal = encryptionTypeRefusal(call.input.EncryptionType)
    if (refusal) return err(refusal)
    const done = await this.writer.change((directory) => {
      const found = findStream(directory, call)
      if (!found.ok) return found
      const before = found.value
      const key = findKey(call.input.KeyId, before)
      if (!key.ok) return key
      const after = this.encrypted(before, call.input.KeyId)
      if (!after.ok) return after
      return ok(after.value === before ? [] : [{ kind: 'changed', before, after: after.value }])
    })
    return done.ok ? ok(undefined) : done
  }

  /** The stream as it is, where it is encrypted with the key already. */
  private encrypted(stream: StreamMetadata, keyId: string): Result<StreamMetadata, DomainError> {
    const nowMs = this.clock.nowMs()
    const after = updating(stream, nowMs + this.config.stateDelayMs)
    if (!after.ok) return after
    if (stream.encryptionKeyId === keyId) return ok(stream)
    const earlier = ofLastDay(stream.encryptedMs, nowMs)
    const max = this.config.encryptionsPerDayMax
    if (earlier.length >= max) return err(tooOften(stream, max))
    return ok({ ...after.value, encryptionKeyId: keyId, encryptedMs: [...earlier, nowMs] })
  }
}

function tooOften({ name, account }: StreamMetadata, max: number): DomainError {
  return {
    kind: 'LimitExceeded',
    message: `Encryption of stream ${name} under account ${account} cannot be started more than ${max} times in a rolling 24-hour period.`,
  }
}
