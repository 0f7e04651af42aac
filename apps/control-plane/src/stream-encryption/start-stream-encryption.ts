import type { StreamMetadata } from '@millrace/metadata'
import { type Clock, type DomainError, err, ok, type Result } from '@millrace/model'
import type { ControlPlaneConfig } from '../config.js'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamEdits } from '../stream/stream-edits.js'
import type { DataKeys } from './data-keys.js'
import { countedToday } from './encryption-quota.js'
import { encryptionTypeRefusal } from './encryption-type.js'
import { findKey } from './kms-key.js'

/** What is put from now on is encrypted; what lies in the stream stays as it was put. The key that is in force is applied anew. */
export class StartStreamEncryption implements LifecycleOperation<'StartStreamEncryption'> {
  constructor(
    private readonly edits: StreamEdits,
    private readonly clock: Clock,
    private readonly config: Pick<ControlPlaneConfig, 'encryptionsPerDayMax' | 'retentionHoursMax'>,
    private readonly dataKeys: DataKeys,
  ) {}

  async handle(call: Call<'StartStreamEncryption'>): Promise<Answer<'StartStreamEncryption'>> {
    const refusal = encryptionTypeRefusal(call.input.EncryptionType)
    if (refusal) return err(refusal)
    const done = await this.edits.update(call, (stream) => this.encrypted(stream, call.input.KeyId))
    return done.ok ? ok(undefined) : done
  }

  private encrypted(stream: StreamMetadata, keyId: string): Result<StreamMetadata, DomainError> {
    const key = findKey(keyId, stream)
    if (!key.ok) return key
    const nowMs = this.clock.nowMs()
    const encryptedMs = countedToday(stream, 'started', stream.encryptedMs, nowMs, this.config.encryptionsPerDayMax)
    if (!encryptedMs.ok) return encryptedMs
    const dataKeys = this.dataKeys.renewed(stream, nowMs, this.config.retentionHoursMax)
    return ok({ ...stream, encryptionKeyId: keyId, dataKeys, encryptedMs: encryptedMs.value })
  }
}
