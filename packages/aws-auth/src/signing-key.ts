import { createHmac, hash } from 'node:crypto'

const blockBytes = 64
const digestBytes = 32
/** The scope line and the request's hash fit with room to spare; a longer scope takes a buffer of its own. */
const scratchBytes = 1024

/**
 * A derived key, ready to sign: HMAC is two hashes over (key ⊕ pad, text), and two one-shot hashes over prepared blocks cost
 * about a third of what setting up an HMAC object costs.
 */
export class SigningKey {
  private readonly inner: Buffer
  private readonly outer: Buffer

  constructor(readonly key: Buffer) {
    this.inner = Buffer.alloc(scratchBytes, 0x36)
    this.outer = Buffer.alloc(blockBytes + digestBytes, 0x5c)
    for (const [at, byte] of key.entries()) {
      this.inner[at] = byte ^ 0x36
      this.outer[at] = byte ^ 0x5c
    }
  }

  /** HMAC-SHA-256 of an ASCII text, lower-case hex. */
  sign(text: string): string {
    if (text.length > scratchBytes - blockBytes) return createHmac('sha256', this.key).update(text, 'latin1').digest('hex')
    this.inner.write(text, blockBytes, 'latin1')
    const innerDigest = hash('sha256', this.inner.subarray(0, blockBytes + text.length), 'binary')
    this.outer.write(innerDigest, blockBytes, 'latin1')
    return hash('sha256', this.outer, 'hex')
  }
}

/** Signature Version 4, "Derive a signing key". */
export function deriveSigningKey(secretAccessKey: string, date: string, region: string, service: string): SigningKey {
  const steps = [date, region, service, 'aws4_request']
  const secret = Buffer.from(`AWS4${secretAccessKey}`)
  return new SigningKey(steps.reduce((key, step) => createHmac('sha256', key).update(step, 'latin1').digest(), secret))
}
