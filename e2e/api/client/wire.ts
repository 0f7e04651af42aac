import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'

/** What came back, byte for byte. */
export class Reply {
  constructor(
    readonly status: number,
    /** By lower-case name; several of one name joined by `, `. */
    readonly headers: ReadonlyMap<string, string>,
    readonly body: Buffer,
  ) {}

  get text(): string {
    return this.body.toString('utf8')
  }

  get json(): Record<string, unknown> {
    return JSON.parse(this.text) as Record<string, unknown>
  }
}

const replyTimeoutMs = 30_000

/** One connection on which the test writes exactly the bytes that it wants, and reads whole HTTP/1.1 replies. */
export class Wire {
  private buffered = Buffer.alloc(0)
  private ended = false
  private wake: () => void = () => {}

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk) => {
      this.buffered = Buffer.concat([this.buffered, chunk])
      this.wake()
    })
    const end = () => {
      this.ended = true
      this.wake()
    }
    socket.on('end', end).on('close', end).on('error', end)
  }

  static async open(url: URL, tls?: ConnectionOptions): Promise<Wire> {
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
    const where = { host: url.hostname, port }
    const secure = tls !== undefined || url.protocol === 'https:'
    const socket = secure ? connectTls({ ...where, ...tls }) : connectTcp({ ...where, noDelay: true })
    await once(socket, secure ? 'secureConnect' : 'connect')
    // A connection that a failed test left open does not keep the process; who waits for it has a timer that does.
    socket.unref()
    return new Wire(socket)
  }

  write(bytes: Buffer | string): void {
    this.socket.write(bytes)
  }

  /** The next reply on this connection. Fails when the server closes before it is complete, or is silent for too long. */
  async next(method = 'POST'): Promise<Reply> {
    for (;;) {
      const parsed = parseReply(this.buffered, this.ended, method)
      if (parsed !== undefined) {
        this.buffered = this.buffered.subarray(parsed.bytes)
        return parsed.reply
      }
      if (this.ended)
        throw new Error(`the server closed the connection; received so far: ${JSON.stringify(this.buffered.toString())}`)
      await this.more()
    }
  }

  /** Resolves when the server has closed the connection. */
  async closed(): Promise<void> {
    while (!this.ended) await this.more()
  }

  close(): void {
    this.socket.destroy()
  }

  private async more(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve, reject) => {
      this.wake = resolve
      timer = setTimeout(() => reject(new Error(`nothing came for ${replyTimeoutMs} ms`)), replyTimeoutMs)
    })
    clearTimeout(timer)
  }
}

function parseReply(bytes: Buffer, ended: boolean, method: string): { reply: Reply; bytes: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n')
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1])
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value)
  }
  const bodyStart = headEnd + 4
  if (method === 'HEAD' || status < 200 || status === 204)
    return { reply: new Reply(status, headers, Buffer.alloc(0)), bytes: bodyStart }
  const body = /chunked/i.test(headers.get('transfer-encoding') ?? '')
    ? chunkedBody(bytes, bodyStart)
    : plainBody(bytes, bodyStart, headers.get('content-length'), ended)
  return body && { reply: new Reply(status, headers, body.bytes), bytes: body.end }
}

function plainBody(bytes: Buffer, start: number, contentLength: string | undefined, ended: boolean) {
  if (contentLength === undefined) return ended ? { bytes: bytes.subarray(start), end: bytes.length } : undefined
  const end = start + Number(contentLength)
  return bytes.length < end ? undefined : { bytes: bytes.subarray(start, end), end }
}

function chunkedBody(bytes: Buffer, start: number) {
  const chunks: Buffer[] = []
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const length = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    const dataEnd = lineEnd + 2 + length
    if (bytes.length < dataEnd + 2) return undefined
    if (length === 0) return { bytes: Buffer.concat(chunks), end: dataEnd + 2 }
    chunks.push(bytes.subarray(lineEnd + 2, dataEnd))
    at = dataEnd + 2
  }
}
