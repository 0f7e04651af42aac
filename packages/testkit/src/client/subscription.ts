import { type ClientRequest, request } from 'node:http'
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2'
import type { Readable } from 'node:stream'
import { type EventFrame, EventFrameReader } from './event-frames.js'
import type { Endpoint } from './kinesis-client.js'
import { type Credentials, sha256Hex } from './signature.js'
import { Signer } from './signer.js'

export interface SubscribeToShardInput {
  readonly ConsumerARN: string
  readonly ShardId: string
  readonly StartingPosition: { readonly Type: string; readonly SequenceNumber?: string }
}

export interface SubscriptionReader {
  /** The server has answered: what is put from now on comes, also from LATEST. */
  begun?(): void
  /** The payload of a SubscribeToShardEvent, in JSON. */
  event(payload: Buffer): void
  /** The last call. `reason`: why it broke off, or what the server refused it with; undefined: it has ended well. */
  ended(reason: string | undefined): void
}

/** SubscribeToShard over a connection of its own, or a stream of `session`. Events come as fast as the reader returns. */
export class ShardSubscription {
  private readonly frames = new EventFrameReader()
  private readonly exchange: ClientRequest | ClientHttp2Stream
  private over = false

  constructor(
    endpoint: Endpoint,
    credentials: Credentials,
    input: SubscribeToShardInput,
    private readonly reader: SubscriptionReader,
    session?: ClientHttp2Session,
  ) {
    const body = Buffer.from(JSON.stringify(input))
    const toSign = {
      host: `${endpoint.host}:${endpoint.port}`,
      target: 'Kinesis_20131202.SubscribeToShard',
      contentType: 'application/x-amz-json-1.1',
      bodySha256: sha256Hex(body),
    }
    const headers = Object.fromEntries(new Signer(credentials).headers(toSign, Date.now()))
    this.exchange = session ? this.overHttp2(session, headers) : this.overHttp1(endpoint, headers)
    this.exchange.on('error', (error) => this.end(error.message))
    this.exchange.end(body)
  }

  close(): void {
    this.over = true
    this.exchange.destroy()
  }

  private overHttp1({ host, port }: Endpoint, headers: Record<string, string>): ClientRequest {
    const exchange = request({ host, port, method: 'POST', path: '/', headers, agent: false })
    return exchange.on('response', (response) => this.read(response.statusCode ?? 0, response))
  }

  private overHttp2(session: ClientHttp2Session, { host, ...headers }: Record<string, string>): ClientHttp2Stream {
    const stream = session.request({ ':method': 'POST', ':path': '/', ':authority': host, ...headers })
    return stream.on('response', (response) => this.read(response[':status'] ?? 0, stream))
  }

  private read(status: number, body: Readable): void {
    let refusal = ''
    body.on('data', (piece: Buffer) => {
      if (status === 200) this.take(piece)
      else refusal += piece.toString()
    })
    body.on('end', () => this.end(status === 200 ? undefined : `${status} ${refusal}`))
    body.on('error', (error) => this.end(error.message))
    body.on('close', () => this.end('the connection is gone'))
  }

  private take(piece: Buffer): void {
    try {
      for (const frame of this.frames.add(piece)) this.takeFrame(frame)
    } catch (error) {
      this.end((error as Error).message)
      this.exchange.destroy()
    }
  }

  private takeFrame({ headers, payload }: EventFrame): void {
    if (this.over) return
    const exception = headers.get(':exception-type')
    if (exception !== undefined) this.end(`${exception} ${payload}`)
    else if (headers.get(':event-type') === 'initial-response') this.reader.begun?.()
    else if (headers.get(':event-type') === 'SubscribeToShardEvent') this.reader.event(payload)
  }

  private end(reason: string | undefined): void {
    if (this.over) return
    this.over = true
    this.reader.ended(reason)
  }
}
