import { randomUUID } from 'node:crypto'
import { amzDate, type Credentials, scopeText, signatureOf, signingKey } from './signature.js'

export interface RequestToSign {
  /** Value of the Host header. */
  readonly host: string
  /** Value of X-Amz-Target, for example `Kinesis_20131202.PutRecords`. */
  readonly target: string
  readonly contentType: string
  /** SHA-256 of the body, lower-case hex. */
  readonly bodySha256: string
}

export type HeaderList = readonly (readonly [name: string, value: string])[]

const signedHeaders = 'amz-sdk-invocation-id;content-type;host;x-amz-date;x-amz-target'

/**
 * Signs many requests, each a POST to `/`, at little cost: what does not change is kept. Every request carries an invocation id of its
 * own in the signature: no two requests are the same, even with one body.
 */
export class Signer {
  private day = ''
  private key: Buffer = Buffer.alloc(0)

  constructor(
    private readonly credentials: Credentials,
    private readonly region = 'us-east-1',
    private readonly service = 'kinesis',
  ) {}

  /** All headers but Content-Length, names in lower case. */
  headers(request: RequestToSign, nowMs: number): HeaderList {
    const { credentials, region, service } = this
    const scope = { credentials, region, service, at: new Date(nowMs) }
    const timestamp = amzDate(scope.at)
    if (!timestamp.startsWith(this.day) || this.day === '') {
      this.day = timestamp.slice(0, 8)
      this.key = signingKey(scope)
    }
    const invocation = randomUUID()
    const canonical =
      `POST\n/\n\namz-sdk-invocation-id:${invocation}\ncontent-type:${request.contentType}\nhost:${request.host}\n` +
      `x-amz-date:${timestamp}\nx-amz-target:${request.target}\n\n${signedHeaders}\n${request.bodySha256}`
    const credential = `${credentials.accessKeyId}/${scopeText(scope)}`
    const signature = signatureOf(canonical, scope, this.key)
    return [
      ['host', request.host],
      ['content-type', request.contentType],
      ['x-amz-target', request.target],
      ['x-amz-date', timestamp],
      ['amz-sdk-invocation-id', invocation],
      ['authorization', `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`],
    ]
  }

  /** A whole HTTP/1.1 head, with the blank line. */
  head(request: RequestToSign, bodyBytes: number, nowMs: number): string {
    const lines = this.headers(request, nowMs).map(([name, value]) => `${name}: ${value}\r\n`)
    return `POST / HTTP/1.1\r\n${lines.join('')}content-length: ${bodyBytes}\r\n\r\n`
  }
}
