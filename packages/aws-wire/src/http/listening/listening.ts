import { type AddressInfo, connect, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { ByteBudget } from '../byte-budget.js'
import { createListener, type Listener, type ListenerOptions } from '../listener.js'
import type { WireHandler, WireRequest, WireResponse } from '../request.js'

/** A listener for one test, closed at its end; its clock stands still until the test moves it. */
export interface Listening {
  readonly listener: Listener
  readonly port: number
  readonly budget: { readonly requests: ByteBudget; readonly responses: ByteBudget }
  /** What was reported. */
  readonly problems: { readonly what: string; readonly error: unknown }[]
  pass(seconds: number): void
}

export async function listen(t: TestContext, handler: WireHandler, options: Partial<ListenerOptions> = {}): Promise<Listening> {
  const budget = options.budget ?? newBudget(64 * 1024 * 1024)
  const problems: Listening['problems'] = []
  let tick = (): void => undefined
  const listener = createListener({
    handler,
    budget,
    report: (problem) => problems.push(problem),
    everySecond: (ticked) => {
      tick = ticked
      return () => undefined
    },
    ...options,
  })
  const { port }: AddressInfo = await listener.listen({ host: '127.0.0.1', port: 0 })
  t.after(() => listener.close(0))
  const pass = (seconds: number): void => {
    for (let second = 0; second < seconds; second++) tick()
  }
  return { listener, port, budget, problems, pass }
}

export function newBudget(bytesMax: number): { requests: ByteBudget; responses: ByteBudget } {
  return { requests: new ByteBudget(ByteBudget.allocate(bytesMax)), responses: new ByteBudget(ByteBudget.allocate(bytesMax)) }
}

export function text(body: string, status = 200): WireResponse {
  return { status, headers: [['Content-Type', 'text/plain']], body: { kind: 'bytes', bytes: Buffer.from(body) } }
}

/** Answers with what it was asked. */
export function echo(request: WireRequest): WireResponse {
  return text(`${request.method} ${request.target} ${request.body.toString('latin1')}`)
}

/** A client that sends bytes as they are and keeps what comes back. */
export class Raw {
  text = ''
  private wake: () => void = () => undefined

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk) => {
      this.text += chunk.toString('latin1')
      this.wake()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => this.wake())
  }

  static async open(t: TestContext, port: number): Promise<Raw> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
    t.after(() => socket.destroy())
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    return new Raw(socket)
  }

  send(bytes: string | Uint8Array): this {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
    return this
  }

  /** Resolves when `condition` holds for what has come back; fails when the connection ends before. */
  async until(condition: (text: string) => boolean): Promise<string> {
    while (!condition(this.text)) {
      if (this.socket.destroyed) throw new Error(`the connection ended after ${JSON.stringify(this.text)}`)
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
    return this.text
  }

  /** All that came back, once the server has ended its side. */
  async end(): Promise<string> {
    while (!this.socket.readableEnded && !this.socket.destroyed) await new Promise((resolve) => setTimeout(resolve, 1))
    this.socket.destroy()
    return this.text
  }

  get statuses(): number[] {
    return [...this.text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))
  }
}

export function post(body: string, headers = ''): string {
  return `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${Buffer.byteLength(body, 'latin1')}\r\n${headers}\r\n${body}`
}

/** Longer than a loaded machine takes for anything here; only a test that fails waits for so long. */
const patienceMs = 30_000

/** Waits for what the server's side of the loop will do. */
export async function eventually(condition: () => boolean, what: string): Promise<void> {
  const end = Date.now() + patienceMs
  while (!condition()) {
    if (Date.now() > end) throw new Error(`still waiting: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
