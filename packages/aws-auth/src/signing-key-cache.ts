import type { CredentialScope } from './credential-scope.js'
import { deriveSigningKey, type SigningKey } from './signing-key.js'

/** Keys in use at one time: access keys × regions × services, of today and of yesterday. */
const keysMax = 1024

interface CachedKey {
  readonly secretAccessKey: string
  readonly key: SigningKey
}

const cache = new Map<string, CachedKey>()

/** The key of a scope; kept only when `remember` is called, so that scopes made up by strangers push nothing out. */
export function signingKey(secretAccessKey: string, scope: CredentialScope): { key: SigningKey; remember: () => void } {
  const name = `${scope.accessKeyId}/${scope.scope}`
  const cached = cache.get(name)
  // A rotated secret must not be answered with the old one's key.
  if (cached !== undefined && cached.secretAccessKey === secretAccessKey) return { key: cached.key, remember: nothing }
  const key = deriveSigningKey(secretAccessKey, scope.date, scope.region, scope.service)
  return { key, remember: () => keep(name, { secretAccessKey, key }) }
}

function keep(name: string, entry: CachedKey): void {
  cache.delete(name)
  if (cache.size >= keysMax) cache.delete(cache.keys().next().value as string)
  cache.set(name, entry)
}

function nothing(): void {}
