import type { Socket } from 'node:net'
import { dataBytesMax, flags, frame, frameHeaderBytes, frameTypes, writeFrameHeader } from './frame.js'

const windowBytesAtStart = 65_535

interface Outgoing {
  readonly body: Buffer
  sent: number
  window: number
}

/**
 * Bodies on their way out, within the windows of the connection and of each stream. Frames of one turn leave in one `writev`; the body's
 * bytes are never copied.
 */
export class SendQueue {
  private connectionWindow = windowBytesAtStart
  private streamWindow = windowBytesAtStart
  private readonly outgoing = new Map<number, Outgoing>()

  constructor(private readonly socket: Socket) {}

  send(stream: number, headerBlock: Buffer, body: Buffer): void {
    const flag = flags.endHeaders | (body.length === 0 ? flags.endStream : 0)
    this.socket.cork()
    this.socket.write(frame(frameTypes.headers, flag, stream, headerBlock))
    this.outgoing.set(stream, { body, sent: 0, window: this.streamWindow })
    this.pump()
    this.socket.uncork()
  }

  /** A WINDOW_UPDATE. */
  grant(stream: number, bytes: number): void {
    const outgoing = this.outgoing.get(stream)
    if (stream === 0) this.connectionWindow += bytes
    else if (outgoing) outgoing.window += bytes
    this.socket.cork()
    this.pump()
    this.socket.uncork()
  }

  /** SETTINGS_INITIAL_WINDOW_SIZE changes the windows of open streams, too. */
  setStreamWindow(bytes: number): void {
    for (const outgoing of this.outgoing.values()) outgoing.window += bytes - this.streamWindow
    this.streamWindow = bytes
    this.pump()
  }

  forget(stream: number): void {
    this.outgoing.delete(stream)
  }

  private pump(): void {
    for (const [stream, outgoing] of this.outgoing) {
      if (this.connectionWindow <= 0) return
      const allowed = Math.min(this.connectionWindow, outgoing.window, outgoing.body.length - outgoing.sent)
      if (allowed > 0) this.writeFrames(stream, outgoing, allowed)
      if (outgoing.sent === outgoing.body.length) this.outgoing.delete(stream)
    }
  }

  private writeFrames(stream: number, outgoing: Outgoing, bytes: number): void {
    const frames = Math.ceil(bytes / dataBytesMax)
    const headers = Buffer.allocUnsafe(frames * frameHeaderBytes)
    const end = outgoing.sent + bytes
    for (let i = 0; i < frames; i++) {
      const length = Math.min(dataBytesMax, end - outgoing.sent)
      const flag = outgoing.sent + length === outgoing.body.length ? flags.endStream : 0
      writeFrameHeader(headers, i * frameHeaderBytes, length, frameTypes.data, flag, stream)
      this.socket.write(headers.subarray(i * frameHeaderBytes, (i + 1) * frameHeaderBytes))
      this.socket.write(outgoing.body.subarray(outgoing.sent, outgoing.sent + length))
      outgoing.sent += length
    }
    outgoing.window -= bytes
    this.connectionWindow -= bytes
  }
}
