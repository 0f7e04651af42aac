import type { StreamMetadata } from '@millrace/metadata'
import { type Clock, type DomainError, err, ok, type Result } from '@millrace/model'
import type { ControlPlaneConfig } from '../config.js'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import { findStream } from '../stream/find-stream.js'
import type { StreamWriter } from '../stream/stream-writer.js'
import { encryptionTypeRefusal } from './encryption-type.js'
import { findKey } from './kms-key.js'
import { updating } from './updating.js'

/** What is put from now on is not encrypted; what lies in the stream stays as it was put, and is read all the same. */
export class StopStreamEncryption implements LifecycleOperation<'StopStreamEncryption'> {
  constructor(
    private readonly writer: StreamWriter,
    private readonly clock: Clock,
    private readonly config: Pick<ControlPlaneConfig, 'stateDelayMs'>,
  ) {}

  async handle(call: Call<'StopStreamEncryption'>): Promise<Answer<'StopStreamEncryption'>> {
    const refusal = encryptionTypeRefusal(call.input.EncryptionType)
    if (refusal) return err(refusal)
    const done = await this.writer.change((directory) => {
      const found = findStream(directory, call)
      if (!found.ok) return found
      const before = found.value
      const after = this.plain(before, call.input.KeyId)
      if (!after.ok) return after
      return ok(after.value === before ? [] : [{ kind: 'changed', before, after: after.value }])
    })
    return done.ok ? ok(undefined) : done
  }

  /** The stream as it is, where it is not encrypted. */
  private plain(stream: StreamMetadata, keyId: string): Result<StreamMetadata, DomainError> {
    const after = updating(stream, this.clock.nowMs() + this.config.stateDelayMs)
    if (!after.ok) return after
    if (stream.encryptionKeyId === undefined) return ok(stream)
    if (!isKeyOf(stream, stream.encryptionKeyId, keyId)) return err(otherKey(stream, keyId))
    return ok({ ...after.value, encryptionKeyId: undefined })
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
