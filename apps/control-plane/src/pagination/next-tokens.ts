import { createHmac, timingSafeEqual } from 'node:crypto'
import { type AccountId, type Clock, err, limits, ok, type RequestError, type Result } from '@millrace/model'

const tagBytes = 16

/**
 * Where the next page of a list begins, as an opaque text: whose it is, when it was made and what the operation needs to go on, in
 * JSON, behind a tag that shows that nobody else made it; base64url. Good for 300 seconds, for the account that got it.
 */
export class NextTokens {
  constructor(
    /** 32 bytes. */
    private readonly key: Uint8Array,
    private readonly clock: Clock,
  ) {}

  /** `list`: for which operation. `next`: a JSON value. */
  issue(list: string, owner: AccountId, next: unknown): string {
    const body = Buffer.from(JSON.stringify({ list, owner, issuedMs: this.clock.nowMs(), next }))
    return Buffer.concat([this.tagOf(body), body]).toString('base64url')
  }

  /** What `issue` was given; the caller knows its shape, as no one else can have made it. */
  redeem(list: string, owner: AccountId, token: string): Result<unknown, RequestError> {
    const bytes = Buffer.from(token, 'base64url')
    const body = bytes.subarray(tagBytes)
    if (bytes.length <= tagBytes || !timingSafeEqual(bytes.subarray(0, tagBytes), this.tagOf(body))) return err(invalid)
    const content = JSON.parse(body.toString()) as { list: string; owner: string; issuedMs: number; next: unknown }
    if (content.list !== list || content.owner !== owner) return err(invalid)
    if (this.clock.nowMs() - content.issuedMs > limits.nextTokenLifetimeMs) return err(expired)
    return ok(content.next)
  }

  private tagOf(body: Buffer): Buffer {
    return createHmac('sha256', this.key).update(body).digest().subarray(0, tagBytes)
  }
}

const invalid: RequestError = { kind: 'InvalidArgument', message: 'Invalid NextToken.' }
const expired: RequestError = { kind: 'ExpiredNextToken', message: 'NextToken has expired.' }
