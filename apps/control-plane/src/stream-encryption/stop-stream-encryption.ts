import type { StreamMetadata } from '@millrace/metadata'
import { type Clock, type DomainError, err, ok, type Result } from '@millrace/model'
import type { ControlPlaneConfig } from '../config.js'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamEdits } from '../stream/stream-edits.js'
import { countedToday } from './encryption-quota.js'
import { encryptionTypeRefusal } from './encryption-type.js'
import { findKey } from './kms-key.js'

/** What is put from now on is not encrypted; what lies in the stream stays as it was put, and is read all the same. */
export class StopStreamEncryption implements LifecycleOperation<'StopStreamEncryption'> {
  constructor(
    private readonly edits: StreamEdits,
    private readonly clock: Clock,
    private readonly config: Pick<ControlPlaneConfig, 'encryptionsPerDayMax'>,
  ) {}

  async handle(call: Call<'StopStreamEncryption'>): Promise<Answer<'StopStreamEncryption'>> {
    const refusal = encryptionTypeRefusal(call.input.EncryptionType)
    if (refusal) return err(refusal)
    const done = await this.edits.update(call, (stream) => this.plain(stream, call.input.KeyId))
    return done.ok ? ok(undefined) : done
  }

  private plain(stream: StreamMetadata, keyId: string): Result<StreamMetadata, DomainError> {
    if (stream.encryptionKeyId === undefined) {
      return err({ kind: 'InvalidArgument', message: 'Cannot stop encrypting an unencrypted stream.' })
    }
    if (!isKeyOf(stream, stream.encryptionKeyId, keyId)) return err(otherKey(stream, keyId))
    const max = this.config.encryptionsPerDayMax
    const stoppedMs = countedToday(stream, 'stopped', stream.encryptionStoppedMs, this.clock.nowMs(), max)
    return stoppedMs.ok ? ok({ ...stream, encryptionKeyId: undefined, encryptionStoppedMs: stoppedMs.value }) : stoppedMs
  }
}

/** A key has several names. */
function isKeyOf(stream: StreamMetadata, itsKeyId: string, keyId: string): boolean {
  const its = findKey(itsKeyId, stream)
  const given = findKey(keyId, stream)
  return its.ok && given.ok && its.value === given.value
}

/** Of KMS's errors this operation has none. */
function otherKey({ name, account }: StreamMetadata, keyId: string): DomainError {
  return { kind: 'InvalidArgument', message: `Stream ${name} under account ${account} is not encrypted with the key ${keyId}.` }
}
