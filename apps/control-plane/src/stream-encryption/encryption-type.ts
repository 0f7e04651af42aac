import type { RequestError } from '@millrace/model'

/** The model has NONE besides, which descriptions show and no request may ask for. */
export function encryptionTypeRefusal(type: string): RequestError | undefined {
  if (type === 'KMS') return undefined
  return { kind: 'InvalidArgument', message: `Encryption type cannot be ${type}.` }
}
