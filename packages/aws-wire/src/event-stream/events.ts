import type { DomainError } from '@millrace/model'
import type { Codec } from '../codec/codec.js'
import { awsErrorOf } from '../error/aws-error.js'
import { loopTurns } from '../http/loop-turns.js'
import type { PageBatch } from '../record/get-records.js'
import { pageBody } from '../record/page-body.js'
import { recordCodecOf } from '../record/record-codec.js'
import type { MemberNode, StructureNode } from '../shape/shape-node.js'
import { eventStreamFrame, eventStreamFramePieces, type FrameHeaders } from './frame.js'

export const eventStreamContentType = 'application/vnd.amazon.eventstream'

/** An event with more records waits for its turn: pages for many subscribers of a connection come together. */
const atOnceBytesMax = 64 * 1024

/**
 * `member`: of the output's event stream, with its value. `records`: the value's first member, `Records`, which is written straight
 * from record blocks. An error is the last event.
 */
export type OutputEvent =
  | { readonly member: string; readonly value: object; readonly records?: readonly PageBatch[] }
  | { readonly error: DomainError }

/** Where an operation's events come from. Asked for the next one when the reader has taken the one before. */
export interface EventSource {
  /** Undefined: the stream ends. */
  next(): Promise<OutputEvent | undefined>
  /** The reader is gone. Comes at once, also while `next` is under way, and perhaps more than once. */
  cancel(): void
}

/**
 * An output that is a stream of events, frame by frame. The first frame says what the output has beside its stream, and comes at once:
 * clients wait for it. No async generator: that would not hear of `return` before the next event.
 */
export class EventFrames implements AsyncIterableIterator<Uint8Array> {
  private readonly members: StructureNode
  private pieces: Iterator<Uint8Array>
  private isLast = false

  constructor(
    private readonly source: EventSource,
    output: StructureNode,
    private readonly codec: Codec,
    private readonly onFault: (fault: unknown) => void,
  ) {
    const stream = output.members.find(({ shape }) => shape.type === 'structure' && shape.isEventStream)
    if (stream?.shape.type !== 'structure') throw new Error(`${output.name} has no event stream`)
    this.members = stream.shape
    this.pieces = [this.eventFrame('initial-response', codec.encodeTexts({}))].values()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    for (;;) {
      const piece = this.pieces.next()
      if (!piece.done) return piece
      if (this.isLast) return done
      this.pieces = await this.nextFrame()
    }
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    this.isLast = true
    this.source.cancel()
    return done
  }

  private async nextFrame(): Promise<Iterator<Uint8Array>> {
    try {
      const event = await this.source.next()
      if (event !== undefined) {
        if (recordsBytes(event) > atOnceBytesMax) await loopTurns.wait()
        return this.frameOf(event)
      }
      this.isLast = true
      return [].values()
    } catch (fault) {
      this.onFault(fault)
      this.isLast = true
      this.source.cancel()
      return [this.exceptionFrame('InternalFailureException', this.codec.encodeTexts({}))].values()
    }
  }

  private frameOf(event: OutputEvent): Iterator<Uint8Array> {
    if ('error' in event) return this.errorFrame(event.error)
    const payload = this.codec.encode(event.value, this.member(event.member).shape)
    if (event.records === undefined) return [this.eventFrame(event.member, payload)].values()
    const body = pageBody(event.records, payload, recordCodecOf(this.codec).pageForm)
    if (body.kind === 'bytes') return [this.eventFrame(event.member, body.bytes)].values()
    if (body.kind === 'pieces') return eventStreamFramePieces(this.eventHeaders(event.member), body.pieces(), body.length)
    throw new Error('a page is no stream')
  }

  private errorFrame(error: DomainError): Iterator<Uint8Array> {
    const { code, message } = awsErrorOf(error)
    this.isLast = true
    const payload = this.codec.encode({ message }, this.member(code).shape)
    return [this.exceptionFrame(code, payload)].values()
  }

  private member(name: string): MemberNode {
    const member = this.members.byName.get(name)
    if (!member) throw new Error(`${this.members.name} has no event ${name}`)
    return member
  }

  private eventFrame(type: string, payload: Uint8Array): Buffer {
    return eventStreamFrame(this.eventHeaders(type), payload)
  }

  private eventHeaders(type: string): FrameHeaders {
    return [
      [':event-type', type],
      [':content-type', this.codec.contentType],
      [':message-type', 'event'],
    ]
  }

  private exceptionFrame(type: string, payload: Buffer): Buffer {
    return eventStreamFrame(
      [
        [':exception-type', type],
        [':content-type', this.codec.contentType],
        [':message-type', 'exception'],
      ],
      payload,
    )
  }
}

function recordsBytes(event: OutputEvent): number {
  if ('error' in event || event.records === undefined) return 0
  return event.records.reduce((bytes, { records }) => bytes + records.length, 0)
}

const done = { done: true, value: undefined } as const
