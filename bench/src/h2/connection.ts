import type { Socket } from 'node:net'
import { connectReading, type OnResponse } from '@millrace/testkit'
import type { PreparedRequest } from '../load/protocol.js'
import { dataBytesMax, flags, frame, frameHeaderBytes, frameTypes, preface, settingsFrame, windowUpdateFrame } from './frame.js'
import { statusOf } from './header-block.js'
import { SendQueue } from './send-queue.js'

const receiveWindowBytes = 64 * 1024 * 1024
const inboxBytes = 1024 * 1024
const settingIds = { headerTableSize: 1, enablePush: 2, initialWindowSize: 4 } as const

interface Exchange {
  status: number
  body: Buffer
  bodyBytes: number
  readonly onResponse: OnResponse
}

/**
 * A client's side of one HTTP/2 connection in clear text with prior knowledge: just what a load generator needs, so that it costs
 * less than the server that it measures. It pads nothing, pushes nothing, and takes no continuation frames.
 */
export class H2Connection {
  private readonly socket: Socket
  private readonly inbox = Buffer.allocUnsafeSlow(inboxBytes)
  private filled = 0
  private nextStream = 1
  private readonly exchanges = new Map<number, Exchange>()
  private readonly sending: SendQueue
  private receivedSinceUpdate = 0
  private lost: string | undefined

  private constructor(host: string, port: number, opened: (error?: Error) => void) {
    this.socket = connectReading(host, port, {
      room: () => this.inbox.subarray(this.filled),
      received: (bytes) => {
        this.filled += bytes
        this.takeFrames()
      },
      opened: (error) => {
        if (!error) this.greet()
        opened(error)
      },
      lost: (reason) => this.fail(reason),
    })
    this.sending = new SendQueue(this.socket)
  }

  static open(host: string, port: number): Promise<H2Connection> {
    return new Promise((resolve, reject) => {
      const connection: H2Connection = new H2Connection(host, port, (error) => (error ? reject(error) : resolve(connection)))
    })
  }

  send({ head, body }: PreparedRequest, onResponse: OnResponse): void {
    if (this.lost !== undefined) {
      onResponse({ kind: 'lost', reason: this.lost })
      return
    }
    const stream = this.nextStream
    this.nextStream += 2
    this.exchanges.set(stream, { status: 0, body: Buffer.alloc(0), bodyBytes: 0, onResponse })
    this.sending.send(stream, head, body)
  }

  close(): void {
    this.socket.destroy()
  }

  private greet(): void {
    const settings = settingsFrame([
      [settingIds.headerTableSize, 0],
      [settingIds.enablePush, 0],
      [settingIds.initialWindowSize, receiveWindowBytes],
    ])
    this.socket.write(Buffer.concat([preface, settings, windowUpdateFrame(0, receiveWindowBytes)]))
  }

  private fail(reason: string): void {
    if (this.lost !== undefined) return
    this.lost = reason
    this.socket.destroy()
    const exchanges = [...this.exchanges.values()]
    this.exchanges.clear()
    for (const { onResponse } of exchanges) onResponse({ kind: 'lost', reason })
  }

  private takeFrames(): void {
    let at = 0
    while (at + frameHeaderBytes <= this.filled) {
      const length = this.inbox.readUIntBE(at, 3)
      const end = at + frameHeaderBytes + length
      if (length > dataBytesMax) this.fail(`a frame of ${length} bytes`)
      if (end > this.filled || this.lost !== undefined) break
      const [type, flag] = [this.inbox.readUInt8(at + 3), this.inbox.readUInt8(at + 4)]
      this.takeFrame(type, flag, this.inbox.readUInt32BE(at + 5), this.inbox.subarray(at + frameHeaderBytes, end))
      at = end
    }
    this.inbox.copyWithin(0, at, this.filled)
    this.filled -= at
  }

  private takeFrame(type: number, flag: number, stream: number, payload: Buffer): void {
    if (type === frameTypes.data) this.takeData(stream, flag, payload)
    else if (type === frameTypes.headers) this.takeHeaders(stream, flag, payload)
    else if (type === frameTypes.settings && (flag & flags.ack) === 0) this.takeSettings(payload)
    else if (type === frameTypes.windowUpdate) this.sending.grant(stream, payload.readUInt32BE(0))
    else if (type === frameTypes.ping && (flag & flags.ack) === 0)
      this.socket.write(frame(frameTypes.ping, flags.ack, 0, payload))
    else if (type === frameTypes.goAway) this.fail(`GOAWAY ${payload.readUInt32BE(4)}`)
    else if (type === frameTypes.resetStream) this.reset(stream, payload.readUInt32BE(0))
  }

  private takeSettings(payload: Buffer): void {
    for (let at = 0; at < payload.length; at += 6) {
      if (payload.readUInt16BE(at) === settingIds.initialWindowSize) this.sending.setStreamWindow(payload.readUInt32BE(at + 2))
    }
    this.socket.write(frame(frameTypes.settings, flags.ack, 0, Buffer.alloc(0)))
  }

  private takeHeaders(stream: number, flag: number, payload: Buffer): void {
    const exchange = this.exchanges.get(stream)
    if (!exchange) return
    const isWhole = (flag & flags.endHeaders) !== 0 && (flag & flags.padded) === 0
    if (!isWhole) return this.fail('a header block in several frames or padded')
    exchange.status = statusOf((flag & flags.priority) === 0 ? payload : payload.subarray(5))
    if (flag & flags.endStream) this.complete(stream, exchange)
  }

  private takeData(stream: number, flag: number, payload: Buffer): void {
    this.receivedSinceUpdate += payload.length
    if (this.receivedSinceUpdate > receiveWindowBytes / 4) {
      this.socket.write(windowUpdateFrame(0, this.receivedSinceUpdate))
      this.receivedSinceUpdate = 0
    }
    const exchange = this.exchanges.get(stream)
    if (!exchange) return
    if (flag & flags.padded) return this.fail('a padded frame')
    this.keep(exchange, payload)
    if (flag & flags.endStream) this.complete(stream, exchange)
  }

  private keep(exchange: Exchange, payload: Buffer): void {
    const needed = exchange.bodyBytes + payload.length
    if (needed > exchange.body.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, exchange.body.length * 2))
      exchange.body.copy(grown, 0, 0, exchange.bodyBytes)
      exchange.body = grown
    }
    payload.copy(exchange.body, exchange.bodyBytes)
    exchange.bodyBytes = needed
  }

  private complete(stream: number, { status, body, bodyBytes, onResponse }: Exchange): void {
    this.exchanges.delete(stream)
    this.sending.forget(stream)
    onResponse({ kind: 'response', status, head: `HTTP/2 ${status}`, body: body.subarray(0, bodyBytes) })
  }

  private reset(stream: number, code: number): void {
    const exchange = this.exchanges.get(stream)
    this.exchanges.delete(stream)
    this.sending.forget(stream)
    exchange?.onResponse({ kind: 'lost', reason: `RST_STREAM ${code}` })
  }
}
