import type { AnswerReader } from './answer-reader.js'
import type { CollectedBody } from './body-collector.js'
import type { WireHeaders, WireRequest, WireResponse } from './request.js'

/** Whose request it is, as far as a request tells. */
export interface Peer {
  readonly secure: boolean
  readonly remoteAddress: string
  readonly reader: AnswerReader
}

/** A request from its last byte to the last byte of its answer. */
export class Exchange implements WireRequest {
  readonly body: Buffer
  readonly bodySha256: string
  /** Counted in the budget until it is answered; the body itself may be transferred meanwhile, and has no length then. */
  readonly bodyBytes: number
  /** The exchange that came next on the same connection (HTTP/1.1). */
  next: Exchange | undefined
  response: WireResponse | undefined
  private controller: AbortController | undefined
  private gone = false

  constructor(
    readonly protocol: 'http/1.1' | 'h2',
    private readonly peer: Peer,
    readonly method: string,
    readonly target: string,
    readonly headers: WireHeaders,
    body: CollectedBody,
    /** The connection closes after it (HTTP/1.1). */
    public last: boolean,
  ) {
    this.body = body.bytes
    this.bodySha256 = body.sha256
    this.bodyBytes = body.bytes.length
  }

  get secure(): boolean {
    return this.peer.secure
  }

  get remoteAddress(): string {
    return this.peer.remoteAddress
  }

  get reader(): AnswerReader {
    return this.peer.reader
  }

  /** Made when somebody asks, which most requests never do. */
  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController()
      if (this.gone) this.controller.abort()
    }
    return this.controller.signal
  }

  abort(): void {
    this.gone = true
    this.controller?.abort()
  }
}
