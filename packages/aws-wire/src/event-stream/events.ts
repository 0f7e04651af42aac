import type { Codec } from '../codec/codec.js'
import type { MemberNode, StructureNode } from '../shape/shape-node.js'
import { eventStreamFrame } from './frame.js'

export const eventStreamContentType = 'application/vnd.amazon.eventstream'

type Event = Readonly<Record<string, unknown>>

/**
 * An output that is a stream of events, frame by frame. The first frame says what the output has beside its stream, and comes at once:
 * clients wait for it. Then come the events, each an object with one member of the stream's shape; a member that is an exception ends
 * the stream, and so does a fault of the source.
 */
export async function* eventFrames(
  events: AsyncIterable<Event>,
  output: StructureNode,
  codec: Codec,
  onFault: (fault: unknown) => void,
): AsyncGenerator<Uint8Array> {
  const stream = output.members.find(({ shape }) => shape.type === 'structure' && shape.isEventStream)
  if (stream?.shape.type !== 'structure') throw new Error(`${output.name} has no event stream`)
  yield eventFrame('initial-response', codec.encodeTexts({}), codec)
  try {
    for await (const event of events) {
      const member = stream.shape.members.find(({ name }) => event[name] !== undefined)
      if (!member) throw new Error(`${stream.shape.name} has no event ${Object.keys(event).join()}`)
      yield memberFrame(event, member, codec)
      if (isException(member)) return
    }
  } catch (fault) {
    onFault(fault)
    yield exceptionFrame('InternalFailureException', codec.encodeTexts({}), codec)
  }
}

function memberFrame(event: Event, member: MemberNode, codec: Codec): Buffer {
  const payload = codec.encode(event[member.name], member.shape)
  return isException(member) ? exceptionFrame(member.name, payload, codec) : eventFrame(member.name, payload, codec)
}

function isException({ shape }: MemberNode): boolean {
  return shape.type === 'structure' && shape.isException
}

function eventFrame(type: string, payload: Buffer, codec: Codec): Buffer {
  const headers = [
    [':event-type', type],
    [':content-type', codec.contentType],
    [':message-type', 'event'],
  ] as const
  return eventStreamFrame(headers, payload)
}

function exceptionFrame(type: string, payload: Buffer, codec: Codec): Buffer {
  const headers = [
    [':exception-type', type],
    [':content-type', codec.contentType],
    [':message-type', 'exception'],
  ] as const
  return eventStreamFrame(headers, payload)
}
