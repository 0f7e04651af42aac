import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { ByteBudget } from '../byte-budget.js'
import { createListener, type Listener } from '../listener.js'
import { defaultListenerLimits } from '../listener-limits.js'

/** A request as a handler saw it. */
export interface Seen {
  readonly method: string
  readonly target: string
  readonly headers: readonly string[]
  readonly body: string
}

/** What became of one connection's bytes. */
export interface Observation {
  readonly seen: readonly Seen[]
  /** Of the answers that came back, in order. */
  readonly statuses: readonly number[]
}

/** A server under observation: one connection at a time, its bytes cut into pieces. */
export interface Observed {
  observe(pieces: readonly Buffer[]): Promise<Observation>
  close(): Promise<void>
}

export async function observeListener(): Promise<Observed> {
  let seen: Seen[] = []
  const budget = new ByteBudget(ByteBudget.allocate(64 * 1024 * 1024))
  const listener: Listener = createListener({
    handler: ({ method, target, headers, body }) => {
      seen.push({ method, target, headers: [...headers.entries()].flat(), body: body.toString('latin1') })
      return { status: 200, headers: [], body: { kind: 'bytes', bytes: Buffer.alloc(0) } }
    },
    budget: { requests: budget, responses: budget },
    report: ({ error }) => {
      throw error
    },
  })
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0 })
  return {
    observe: async (pieces) => {
      seen = []
      const statuses = await exchange(port, pieces)
      return { seen, statuses }
    },
    close: () => listener.close(1000),
  }
}

/** `node:http` as it comes, with the listener's bounds. */
export async function observeNode(): Promise<Observed> {
  let seen: Seen[] = []
  const server: Server = createServer({ maxHeaderSize: defaultListenerLimits.headBytesMax }, (request, response) => {
    const chunks: Buffer[] = []
    request.on('error', () => undefined)
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', rawHeaders } = request
      const headers = rawHeaders.map((text, i) => (i % 2 === 0 ? text.toLowerCase() : text))
      seen.push({ method, target: url, headers, body: Buffer.concat(chunks).toString('latin1') })
      // As the listener does: without a length HTTP/1.0 is not kept alive, and the next request not read.
      response.setHeader('Content-Length', 0).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    observe: async (pieces) => {
      seen = []
      const statuses = await exchange(port, pieces)
      return { seen, statuses }
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** Sends the pieces, each in a segment of its own, ends the client's side, and reads until the server has ended his. */
async function exchange(port: number, pieces: readonly Buffer[]): Promise<number[]> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  socket.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  await sendPieces(socket, pieces)
  await closed
  return [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status))
}

async function sendPieces(socket: Socket, pieces: readonly Buffer[]): Promise<void> {
  for (const piece of pieces) {
    socket.write(piece)
    // The servers run in the same loop: after two turns they have read the piece.
    await setImmediate()
    await setImmediate()
  }
  socket.end()
}
