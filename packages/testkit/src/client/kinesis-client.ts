import { type ConnectionLost, Http1Connection } from './http1-connection.js'
import { type Credentials, sha256Hex } from './signature.js'
import { Signer } from './signer.js'

export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** An answer with its HTTP status; `output` is the parsed body, `undefined` where there is none. */
export interface Answer {
  readonly kind: 'answer'
  readonly status: number
  readonly output: unknown
  /** Code of the AWS error, without its namespace; undefined on success. */
  readonly errorCode: string | undefined
}

export type CallOutcome = Answer | ConnectionLost

/**
 * Signed JSON calls over one connection, which is opened when it is needed and again after a loss. It never retries: what became of
 * a call that was lost is for the caller to find out.
 */
export class KinesisClient {
  private readonly signer: Signer
  private connection: Http1Connection | undefined

  constructor(
    private readonly endpoint: Endpoint,
    credentials: Credentials,
    private readonly timeoutMs = 30_000,
  ) {
    this.signer = new Signer(credentials)
  }

  async call(operation: string, input: unknown): Promise<CallOutcome> {
    const body = Buffer.from(JSON.stringify(input))
    try {
      if (!this.connection?.isOpen) this.connection = await Http1Connection.open(this.endpoint.host, this.endpoint.port)
    } catch (error) {
      return { kind: 'lost', reason: `not connected: ${(error as Error).message}` }
    }
    return this.exchange(this.connection, [this.headOf(operation, body), body])
  }

  /** As `call`, for callers to whom anything but success is a failure. */
  async callOrThrow<Output>(operation: string, input: unknown): Promise<Output> {
    const outcome = await this.call(operation, input)
    if (outcome.kind === 'lost' || outcome.status !== 200) throw new Error(`${operation}: ${JSON.stringify(outcome)}`)
    return outcome.output as Output
  }

  close(): void {
    this.connection?.close()
  }

  private headOf(operation: string, body: Buffer): Buffer {
    const { host, port } = this.endpoint
    const request = {
      host: `${host}:${port}`,
      target: `Kinesis_20131202.${operation}`,
      contentType: 'application/x-amz-json-1.1',
      bodySha256: sha256Hex(body),
    }
    return Buffer.from(this.signer.head(request, body.length, Date.now()), 'latin1')
  }

  private exchange(connection: Http1Connection, pieces: readonly Buffer[]): Promise<CallOutcome> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        connection.close()
        resolve({ kind: 'lost', reason: `no answer within ${this.timeoutMs} ms` })
      }, this.timeoutMs)
      connection.send(pieces, (response) => {
        clearTimeout(timer)
        resolve(response.kind === 'lost' ? response : answerOf(response.status, response.body))
      })
    })
  }
}

function answerOf(status: number, body: Buffer): Answer {
  const output: unknown = body.length === 0 ? undefined : JSON.parse(body.toString())
  if (status === 200) return { kind: 'answer', status, output, errorCode: undefined }
  const type = (output as { __type?: unknown } | undefined)?.__type
  return { kind: 'answer', status, output, errorCode: String(type ?? 'none').replace(/^.*#/, '') }
}
