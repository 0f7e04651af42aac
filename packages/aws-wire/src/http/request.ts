import type { AnswerReader } from './answer-reader.js'

/** A request as the listener hands it over, whatever the protocol: complete, within all bounds, its body hashed as it arrived. */
export interface WireRequest {
  readonly protocol: 'http/1.1' | 'h2'
  readonly secure: boolean
  readonly remoteAddress: string
  readonly method: string
  /** As received: path and query, undecoded. */
  readonly target: string
  readonly headers: WireHeaders
  /** Its bytes may be kept, changed or transferred: nobody else holds them. */
  readonly body: Buffer
  /** SHA-256 of the body, lower-case hex. */
  readonly bodySha256: string
  /** Of the connection; whoever takes the answer. */
  readonly reader: AnswerReader
  /** Set when the client is gone: long answers stop. */
  readonly signal: AbortSignal
}

export interface WireHeaders {
  /** By lower-case name; several of one name are joined by `,` in their order. */
  get(name: string): string | undefined
  /** Names in lower case, values as received without the blanks around them, in the order received. HTTP/2: `:authority` shows as `host`. */
  entries(): Iterable<readonly [name: string, value: string]>
}

export interface WireResponse {
  readonly status: number
  /** Without Content-Length and Transfer-Encoding, which the listener sets. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: WireBody
  /** The error that it says, as AWS names it; absent where it says none. For metrics, not sent by itself. */
  readonly errorCode?: string
}

export type WireBody =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Length known, built piece by piece, so that no step holds the loop: pulled only as fast as the client reads. */
  | { readonly kind: 'pieces'; readonly length: number; readonly pieces: () => Generator<Uint8Array> }
  /** Length unknown (event streams): chunked, flushed piece by piece, with backpressure. */
  | { readonly kind: 'stream'; readonly pieces: AsyncIterable<Uint8Array> }

export type WireHandler = (request: WireRequest) => WireResponse | Promise<WireResponse>
