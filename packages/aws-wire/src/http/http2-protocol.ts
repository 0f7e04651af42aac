import {
  constants,
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { Socket } from 'node:net'
import type { Connection } from './connection.js'
import type { Peer } from './exchange.js'
import { Http2Stream, type StreamOwner } from './http2-stream.js'
import type { ListenerCore, Protocol } from './listener-core.js'

/** Larger frames than the 16 KiB that clients may use unasked: fewer of them per body. */
const frameBytesMax = 256 * 1024
/** Memory of the protocol itself for one connection, in MB. Bodies and answers are bounded by the budgets. */
const sessionMemoryMb = 64
/** Times the streams of a connection: handlers that may be at work for streams that their client has reset. */
const abandonedRatio = 4

/** One HTTP/2 connection, in clear text or inside TLS: its streams, its deadlines, its share of the budget. */
export class Http2Protocol implements Protocol, StreamOwner {
  readonly readsForAnswers = true
  strayBytes = 0
  private readonly session: ServerHttp2Session
  private readonly streams = new Set<Http2Stream>()
  private abandoned = 0
  private since: number

  /** `bytes`: what was read to find out that this is HTTP/2. */
  constructor(
    readonly core: ListenerCore,
    readonly connection: Connection,
    socket: Socket,
    readonly peer: Peer,
    bytes: Buffer,
  ) {
    const { limits, second } = core
    this.since = second
    // A stream that flows would lose them.
    socket.pause()
    socket.unshift(bytes)
    socket.on('end', () => socket.end())
    this.session = performServerHandshake(socket, {
      maxHeaderListPairs: limits.headersMax,
      maxSessionMemory: sessionMemoryMb,
      settings: {
        // A window takes a whole body, so that no put waits in its middle for leave to go on.
        initialWindowSize: limits.bodyBytesMax,
        maxConcurrentStreams: limits.streamsMax,
        maxHeaderListSize: limits.headBytesMax,
        maxFrameSize: frameBytesMax,
      },
    })
    this.session.setLocalWindowSize(2 * limits.bodyBytesMax)
    this.session.on('error', ignore)
    this.session.on('stream', this.onStream)
    this.session.on('goaway', () => this.letClientCloseFirst(socket))
  }

  get partialBodySince(): number | undefined {
    return this.oldestPartial()?.partialBodySince
  }

  get hasUnsent(): boolean {
    return false
  }

  oldestPartial(): Http2Stream | undefined {
    let oldest: Http2Stream | undefined
    for (const stream of this.streams) {
      const since = stream.partialBodySince ?? Number.POSITIVE_INFINITY
      if (since < (oldest?.partialBodySince ?? Number.POSITIVE_INFINITY)) oldest = stream
    }
    return oldest
  }

  sweep(): void {
    const { core } = this
    if (this.streams.size > 0) this.since = core.second
    else if (core.second - this.since > core.limits.idleSeconds) this.connection.timeOut()
    const { isListenedTo } = this.connection
    for (const stream of this.streams) stream.sweep(isListenedTo)
  }

  endSlowBody(): void {
    this.oldestPartial()?.timeOut()
  }

  drain(): void {
    if (this.session.destroyed) this.connection.socket.end()
    else this.session.close()
  }

  /**
   * A client that wants no more of the connection, and has not read its last answer yet, would lose it with the connection, which the
   * session ends with its last stream: Node's own clients say GOAWAY first, and read then.
   */
  private letClientCloseFirst(socket: Socket): void {
    const end = socket.end.bind(socket)
    socket.on('end', () => end())
    socket.end = () => (this.core.draining ? end() : socket)
  }

  ended(stream: Http2Stream, working: boolean): void {
    this.streams.delete(stream)
    if (working && ++this.abandoned > abandonedRatio * this.core.limits.streamsMax) {
      this.session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM)
    }
  }

  abandonedAnswered(): void {
    this.abandoned--
  }

  private readonly onStream = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number, raw: string[]): void => {
    const begun = new Http2Stream(this, stream)
    this.streams.add(begun)
    begun.begin(headers, raw, (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0)
  }
}

/** The session's end closes the socket, and that says all that matters here. */
function ignore(): void {}
