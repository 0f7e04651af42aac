import { once } from 'node:events'
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import { signed } from '@millrace/testkit'
import { jsonType, type Kinesis } from './kinesis.js'
import { Reply } from './wire.js'

/** How the connection is made: in clear text by prior knowledge, or inside TLS with the given ALPN offers (none: `[]`). */
export type Http2Transport = { readonly kind: 'clear' } | { readonly kind: 'tls'; readonly options: ConnectionOptions }

/** One HTTP/2 connection on which signed calls run beside each other. */
export class Http2Kinesis {
  private constructor(
    readonly session: ClientHttp2Session,
    private readonly kinesis: Kinesis,
  ) {}

  static async open(kinesis: Kinesis, transport: Http2Transport): Promise<Http2Kinesis> {
    const { host, hostname, port } = kinesis.endpoint.url
    const session =
      transport.kind === 'clear'
        ? connect(`http://${host}`)
        : await overTls(`https://${host}`, { host: hostname, port: Number(port), ...transport.options })
    await once(session, 'connect')
    session.on('error', () => undefined)
    session.setLocalWindowSize(16 * 1024 * 1024)
    return new Http2Kinesis(session, kinesis)
  }

  /** In clear text; takes nothing of any answer but its headers. */
  static async openStalled(kinesis: Kinesis): Promise<Http2Kinesis> {
    const session = connect(`http://${kinesis.endpoint.url.host}`, { settings: { initialWindowSize: 0 } })
    await once(session, 'connect')
    session.on('error', () => undefined)
    return new Http2Kinesis(session, kinesis)
  }

  /** Sends a signed call, whose answer is the caller's to read, or not to. */
  begin(operation: string, input: unknown): ClientHttp2Stream {
    const body = Buffer.from(JSON.stringify(input))
    const own: [string, string][] = [
      ['content-type', jsonType],
      ['x-amz-target', `Kinesis_20131202.${operation}`],
    ]
    const stream = this.session.request({ ':method': 'POST', ':path': '/', ...this.sign('POST', own, body) })
    stream.on('error', () => undefined)
    return stream.end(body)
  }

  /** Sends a request and resolves to the whole reply. `headers` replace or, when undefined, remove the usual ones. */
  async send(request: {
    operation?: string
    body: Buffer | string
    type?: string
    method?: string
    sign?: boolean
  }): Promise<Reply> {
    const body = Buffer.from(request.body)
    const method = request.method ?? 'POST'
    const own: [string, string][] = [['content-type', request.type ?? jsonType]]
    if (request.operation !== undefined) own.push(['x-amz-target', `Kinesis_20131202.${request.operation}`])
    const headers = request.sign === false ? Object.fromEntries(own) : this.sign(method, own, body)
    const stream = this.session.request({ ':method': method, ':path': '/', ...headers }, { endStream: body.length === 0 })
    if (body.length > 0) stream.end(body)
    const [response] = (await once(stream, 'response')) as [Record<string, string | number>]
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk as Buffer)
    const entries = Object.entries(response).map(([name, value]) => [name, String(value)] as const)
    return new Reply(Number(response[':status']), new Map(entries), Buffer.concat(chunks))
  }

  async call(operation: string, input: unknown): Promise<Reply> {
    return this.send({ operation, body: JSON.stringify(input) })
  }

  async close(): Promise<void> {
    if (this.session.closed) return
    this.session.close()
    await once(this.session, 'close')
  }

  /** Names in lower case as HTTP/2 wants them; what is signed as `host` goes as `:authority`. */
  private sign(method: string, own: [string, string][], body: Buffer): Record<string, string> {
    const { credentials, region, endpoint } = this.kinesis
    const headers: [string, string][] = [['host', endpoint.url.host], ...own]
    const all = signed({ method, target: '/', headers, body }, { credentials, region, service: 'kinesis', at: new Date() })
    return Object.fromEntries(all.filter(([name]) => name !== 'host').map(([name, value]) => [name.toLowerCase(), value]))
  }
}

async function overTls(authority: string, options: ConnectionOptions): Promise<ClientHttp2Session> {
  const socket: TLSSocket = connectTls(options)
  await once(socket, 'secureConnect')
  return connect(authority, { createConnection: () => socket })
}

export const { NGHTTP2_CANCEL } = constants
