import { createHmac, hash, randomUUID } from 'node:crypto'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

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

/** SHA-256 in lower-case hex. */
export function sha256Hex(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'hex')
}

const signedHeaders = 'amz-sdk-invocation-id;content-type;host;x-amz-date;x-amz-target'

/**
 * Signature Version 4 for a POST to `/`, written from AWS's page and apart from the server's verifier, so that the two check each
 * other. Every request carries an invocation id of its own in the signature: no two requests are the same, even with one body.
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
    const timestamp = new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, '')
    const invocation = randomUUID()
    const scope = `${timestamp.slice(0, 8)}/${this.region}/${this.service}/aws4_request`
    const canonical =
      `POST\n/\n\namz-sdk-invocation-id:${invocation}\ncontent-type:${request.contentType}\nhost:${request.host}\n` +
      `x-amz-date:${timestamp}\nx-amz-target:${request.target}\n\n${signedHeaders}\n${request.bodySha256}`
    const toSign = `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256Hex(canonical)}`
    const signature = createHmac('sha256', this.keyOf(timestamp.slice(0, 8)))
      .update(toSign)
      .digest('hex')
    return [
      ['host', request.host],
      ['content-type', request.contentType],
      ['x-amz-target', request.target],
      ['x-amz-date', timestamp],
      ['amz-sdk-invocation-id', invocation],
      [
        'authorization',
        `AWS4-HMAC-SHA256 Credential=${this.credentials.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
      ],
    ]
  }

  /** A whole HTTP/1.1 head, with the blank line. */
  head(request: RequestToSign, bodyBytes: number, nowMs: number): string {
    const lines = this.headers(request, nowMs).map(([name, value]) => `${name}: ${value}\r\n`)
    return `POST / HTTP/1.1\r\n${lines.join('')}content-length: ${bodyBytes}\r\n\r\n`
  }

  private keyOf(day: string): Buffer {
    if (day !== this.day) {
      this.day = day
      this.key = [day, this.region, this.service, 'aws4_request'].reduce<Buffer>(
        (key, part) => createHmac('sha256', key).update(part).digest(),
        Buffer.from(`AWS4${this.credentials.secretAccessKey}`),
      )
    }
    return this.key
  }
}
