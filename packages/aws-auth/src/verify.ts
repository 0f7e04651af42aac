import { hash, timingSafeEqual } from 'node:crypto'
import { type AuthError, err, limits, ok, type Result } from '@millrace/model'
import { canonicalRequest } from './canonical-request.js'
import { type CredentialScope, parseCredential } from './credential-scope.js'
import { formatBasicDate, parseRequestDate } from './request-date.js'
import { type SignatureParts, signatureParts } from './signature-parts.js'
import type { SignedRequest } from './signed-request.js'
import { signingKey } from './signing-key-cache.js'

export interface VerifiedSignature<Credential> {
  readonly credential: Credential
  readonly accessKeyId: string
  /** Of the credential scope: any region is taken, and the caller decides whether the service is his. */
  readonly region: string
  readonly service: string
}

/** A presigned request may be valid for a week at most. */
const expiresSecondsMax = 604_800

const unknownToken: AuthError = { kind: 'UnrecognizedClient', message: 'The security token included in the request is invalid.' }
const mismatch: AuthError = {
  kind: 'SignatureMismatch',
  message:
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
}

/**
 * Verifies Signature Version 4 over the request as received (`Authorization` header or presigned query). `find` looks an access
 * key up. Checks come in AWS's order: parts, date, scope, access key, signature.
 */
export function verifySignature<Credential extends { readonly secretAccessKey: string }>(
  request: SignedRequest,
  find: (accessKeyId: string) => Credential | undefined,
  nowMs: number,
): Result<VerifiedSignature<Credential>, AuthError> {
  const parts = signatureParts(request)
  if (!parts.ok) return parts
  const date = checkDate(parts.value, nowMs)
  if (!date.ok) return date
  const scope = parseCredential(parts.value.credential, date.value)
  if (!scope.ok) return scope
  const signsHost = /(^|;)(host|:authority)(;|$)/.test(parts.value.signedHeaders)
  if (!signsHost) return err(hostNotSigned)
  const credential = find(scope.value.accessKeyId)
  // Temporary credentials come with a token; there is nobody yet who could have given one.
  if (credential === undefined || parts.value.securityToken !== undefined) return err(unknownToken)
  if (!signatureMatches(request, parts.value, date.value, scope.value, credential.secretAccessKey)) return err(mismatch)
  const { accessKeyId, region, service } = scope.value
  return ok({ credential, accessKeyId, region, service })
}

const hostNotSigned: AuthError = {
  kind: 'SignatureMismatch',
  message: "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
}

/** The request's date in the basic form, or what is wrong with it. */
function checkDate(parts: SignatureParts, nowMs: number): Result<string, AuthError> {
  const dateMs = parseRequestDate(parts.date)
  if (dateMs === undefined) {
    const message = `Date must be in ISO-8601 'basic format'. Got '${parts.date}'. See http://en.wikipedia.org/wiki/ISO_8601`
    return err({ kind: 'IncompleteSignature', message })
  }
  const date = parts.date.length === 16 ? parts.date : formatBasicDate(dateMs)
  const lifetime = lifetimeMs(parts.expires)
  if (!lifetime.ok) return lifetime
  const skewMs = limits.clockSkewMs
  if (dateMs > nowMs + skewMs) {
    const message = `Signature not yet current: ${date} is still later than ${formatBasicDate(nowMs + skewMs)} (${formatBasicDate(nowMs)} + 5 min.)`
    return err({ kind: 'SignatureExpired', message })
  }
  if (dateMs + lifetime.value < nowMs) return err(expired(date, dateMs, lifetime.value, nowMs, parts.expires !== undefined))
  return ok(date)
}

function expired(date: string, dateMs: number, lifetimeMs: number, nowMs: number, presigned: boolean): AuthError {
  const now = formatBasicDate(nowMs)
  const message = presigned
    ? `Signature expired: ${formatBasicDate(dateMs + lifetimeMs)} is now earlier than ${now}`
    : `Signature expired: ${date} is now earlier than ${formatBasicDate(nowMs - lifetimeMs)} (${now} - 5 min.)`
  return { kind: 'SignatureExpired', message }
}

/** How long after its date the request is valid. */
function lifetimeMs(expires: string | undefined): Result<number, AuthError> {
  if (expires === undefined) return ok(limits.clockSkewMs)
  const seconds = /^\d{1,6}$/.test(expires) ? Number(expires) : -1
  if (seconds >= 1 && seconds <= expiresSecondsMax) return ok(seconds * 1000)
  const message = `X-Amz-Expires must be a number of seconds between 1 and ${expiresSecondsMax}. Re-examine the query-string parameters.`
  return err({ kind: 'IncompleteSignature', message })
}

const received = Buffer.alloc(64)
const expected = Buffer.alloc(64)

function signatureMatches(
  request: SignedRequest,
  parts: SignatureParts,
  date: string,
  scope: CredentialScope,
  secretAccessKey: string,
): boolean {
  const canonical = canonicalRequest(request.method, request.target, request.headers, parts.signedHeaders, request.bodySha256)
  const { key, remember } = signingKey(secretAccessKey, scope)
  expected.write(key.sign(`AWS4-HMAC-SHA256\n${date}\n${scope.scope}\n${sha256OfBytes(canonical)}`), 'latin1')
  if (parts.signature.length !== expected.length) return false
  received.write(parts.signature, 'latin1')
  if (!timingSafeEqual(expected, received)) return false
  remember()
  return true
}

/** Of a text whose characters are bytes; the one-shot hash of a string takes it for UTF-8, which ASCII is too. */
function sha256OfBytes(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
  return hash('sha256', /^[\x00-\x7f]*$/.test(text) ? text : Buffer.from(text, 'latin1'), 'hex')
}
