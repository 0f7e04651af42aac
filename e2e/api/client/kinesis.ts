import { randomBytes } from 'node:crypto'
import {
  type CborValue,
  type Credentials,
  decodeCbor,
  encodeCbor,
  type Lengths,
  type Scope,
  type Signable,
  signed,
} from '@millrace/testkit'
import { type Endpoint, endpoint } from './endpoint.js'
import { type Reply, Wire } from './wire.js'

export const jsonType = 'application/x-amz-json-1.1'
export const cborType = 'application/x-amz-cbor-1.1'

/** One request. Nothing is added but Host, the signature over what is there (unless `sign` is false), and Content-Length. */
export interface Request {
  readonly method?: string
  readonly target?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer | string
  readonly sign?: boolean | Partial<Scope>
  /** Value of the Host header; default: the endpoint's. */
  readonly host?: string
}

/** The answer to an operation in JSON. */
export interface Answer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  /** Parsed; undefined where the body was empty. */
  readonly body: Json
}

// biome-ignore lint/suspicious/noExplicitAny: what an operation answers is what the tests look into; no type is promised.
export type Json = any

/** Kinesis as raw HTTP/1.1: the bytes are the test's own. */
export class Kinesis {
  constructor(
    readonly endpoint: Endpoint,
    readonly region: string,
  ) {}

  get account(): string {
    return this.endpoint.account
  }

  get credentials(): Credentials {
    return this.endpoint.credentials
  }

  arn(stream: string): string {
    return `arn:aws:kinesis:${this.region}:${this.account}:stream/${stream}`
  }

  /** The request as it goes on the wire. */
  bytes(request: Request): Buffer {
    const method = request.method ?? 'POST'
    const target = request.target ?? '/'
    const body = Buffer.from(request.body ?? '')
    const headers: (readonly [string, string])[] = [
      ['Host', request.host ?? this.endpoint.url.host],
      ...Object.entries(request.headers ?? {}),
    ]
    const all = request.sign === false ? [...headers] : this.sign({ method, target, headers, body }, request.sign)
    if (body.length > 0 || method === 'POST') all.push(['Content-Length', String(body.length)])
    const head = [`${method} ${target} HTTP/1.1`, ...all.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n')
    return Buffer.concat([Buffer.from(head), body])
  }

  send(request: Request): Promise<Reply> {
    return this.exchange(this.bytes(request), request.method)
  }

  /** One reply to these very bytes, on a connection of its own. */
  async exchange(bytes: Buffer | string, method?: string): Promise<Reply> {
    const wire = await Wire.open(this.endpoint.url)
    try {
      wire.write(bytes)
      return await wire.next(method)
    } finally {
      wire.close()
    }
  }

  operation(name: string, input: unknown, sign: Request['sign'] = true): Request {
    const body = typeof input === 'string' ? input : JSON.stringify(input)
    return { headers: { 'Content-Type': jsonType, 'X-Amz-Target': `Kinesis_20131202.${name}` }, body, sign }
  }

  async call(name: string, input: unknown): Promise<Answer> {
    const reply = await this.send(this.operation(name, input))
    return { status: reply.status, headers: reply.headers, body: reply.body.length === 0 ? undefined : reply.json }
  }

  /** The output of an operation that must succeed. */
  async ok(name: string, input: unknown): Promise<Json> {
    const answer = await this.call(name, input)
    if (answer.status !== 200) throw new Error(`${name} answered ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  async cbor(name: string, input: CborValue | Buffer, lengths: Lengths = 'definite'): Promise<Answer & { readonly raw: Reply }> {
    const body = Buffer.isBuffer(input) ? input : encodeCbor(input, lengths)
    const reply = await this.send({ headers: { 'Content-Type': cborType, 'X-Amz-Target': `Kinesis_20131202.${name}` }, body })
    return {
      status: reply.status,
      headers: reply.headers,
      body: reply.body.length === 0 ? undefined : decodeCbor(reply.body),
      raw: reply,
    }
  }

  private sign(request: Signable, scope: boolean | Partial<Scope> = {}): (readonly [string, string])[] {
    const own: Scope = { credentials: this.credentials, region: this.region, service: 'kinesis', at: new Date() }
    return signed(request, { ...own, ...(typeof scope === 'object' ? scope : {}) })
  }
}

/** Kinesis in a region that no other test file uses: each region of the credential scope is a name space of its own. */
export async function kinesis(): Promise<Kinesis> {
  return new Kinesis(await endpoint(), freshRegion())
}

export const freshRegion = (): string => process.env.MILLRACE_E2E_REGION ?? `e2e-${randomBytes(4).toString('hex')}-1`
