import { createHmac, hash } from 'node:crypto'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Who signs, for what, and when. */
export interface Scope {
  readonly credentials: Credentials
  readonly region: string
  readonly service: string
  readonly at: Date
}

/** SHA-256 in lower-case hex. */
export function sha256Hex(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'hex')
}

/** `20261124T080000Z` */
export function amzDate(at: Date): string {
  return at.toISOString().replace(/[-:]|\.\d{3}/g, '')
}

/** `20261124/us-east-1/kinesis/aws4_request` */
export function scopeText({ at, region, service }: Omit<Scope, 'credentials'>): string {
  return `${amzDate(at).slice(0, 8)}/${region}/${service}/aws4_request`
}

/** Good for the day of the scope. */
export function signingKey(scope: Scope): Buffer {
  const secret = Buffer.from(`AWS4${scope.credentials.secretAccessKey}`)
  return scopeText(scope)
    .split('/')
    .reduce((key, part) => createHmac('sha256', key).update(part).digest(), secret)
}

/** Signature Version 4 of a canonical request, from AWS's page and apart from the server's verifier, so that the two check each other. */
export function signatureOf(canonical: string, scope: Omit<Scope, 'credentials'>, key: Buffer): string {
  const toSign = `AWS4-HMAC-SHA256\n${amzDate(scope.at)}\n${scopeText(scope)}\n${sha256Hex(canonical)}`
  return createHmac('sha256', key).update(toSign).digest('hex')
}
