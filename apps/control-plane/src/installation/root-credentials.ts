import { randomBytes, randomInt } from 'node:crypto'
import type { RootCredentials } from '@millrace/metadata'
import type { AccountId, Principal } from '@millrace/model'
import type { CredentialEntry } from '@millrace/streams'

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** In AWS's form: `AKIA` and 16 characters of base 32; 40 characters of base 64. */
export function makeRootCredentials(account: AccountId): RootCredentials {
  const id = Array.from({ length: 16 }, () => base32[randomInt(32)]).join('')
  return { account, accessKeyId: `AKIA${id}`, secretAccessKey: randomBytes(30).toString('base64') }
}

export function credentialEntry({ account, accessKeyId, secretAccessKey }: RootCredentials): CredentialEntry {
  const principal: Principal = { account, arn: `arn:aws:iam::${account}:root`, accessKeyId }
  return { accessKeyId, secretAccessKey, principal }
}
