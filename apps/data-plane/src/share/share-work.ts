import {
  AnswerReader,
  loopTurns,
  type WireHandler,
  type WireHeaders,
  type WireRequest,
  type WireResponse,
} from '@millrace/aws-wire'
import type { PortRpc } from '@millrace/rpc'
import type { LaneLoads } from './lane-loads.js'

/**
 * Connections fall unevenly on lanes, and an SDK may put all its traffic on one HTTP/2 connection, so work moves, not the
 * connection: the raw body of a put is given to a lane that has less to do, which authenticates and parses it. Smaller bodies are
 * done sooner here than moved.
 */
const movedBytesMin = 64 * 1024

export function sharingWork(next: WireHandler, loads: LaneLoads, peers: ReadonlyMap<number, PortRpc>): WireHandler {
  return (request) => {
    const bytes = request.body.length
    if (bytes < movedBytesMin || !isPut(request)) return next(request)
    const lane = loads.lessBusy(bytes)
    const peer = lane === undefined ? undefined : peers.get(lane)
    return peer ? move(request, peer) : counted(request, next, loads)
  }
}

/** Answers what peers move here. */
export function serveMovedWork(rpc: PortRpc, handle: WireHandler, loads: LaneLoads): void {
  rpc.serve('handle', async (moved: MovedRequest) => toMoved(await counted(toRequest(moved), handle, loads)))
}

function isPut(request: WireRequest): boolean {
  return request.headers.get('x-amz-target')?.includes('.PutRecord') ?? false
}

async function counted(request: WireRequest, handle: WireHandler, loads: LaneLoads): Promise<WireResponse> {
  const bytes = request.body.length
  loads.begin(bytes)
  try {
    await loopTurns.wait()
    return await handle(request)
  } finally {
    loads.end(bytes)
  }
}

/** A request as it crosses to another thread: its body's buffer goes over whole. */
interface MovedRequest {
  readonly line: Pick<WireRequest, 'protocol' | 'secure' | 'remoteAddress' | 'method' | 'target' | 'bodySha256'>
  readonly headers: readonly (readonly [string, string])[]
  readonly body: ArrayBuffer
  readonly bodyOffset: number
  readonly bodyLength: number
}

interface MovedResponse {
  readonly status: number
  readonly headers: WireResponse['headers']
  readonly bytes: Uint8Array
}

async function move(request: WireRequest, peer: PortRpc): Promise<WireResponse> {
  const { protocol, secure, remoteAddress, method, target, bodySha256 } = request
  const body = request.body.buffer as ArrayBuffer
  const moved: MovedRequest = {
    line: { protocol, secure, remoteAddress, method, target, bodySha256 },
    headers: [...request.headers.entries()],
    body,
    bodyOffset: request.body.byteOffset,
    bodyLength: request.body.length,
  }
  const { status, headers, bytes } = await peer.call<MovedRequest, MovedResponse>('handle', moved, [body])
  return { status, headers, body: { kind: 'bytes', bytes } }
}

function toRequest({ line, headers, body, bodyOffset, bodyLength }: MovedRequest): WireRequest {
  return {
    ...line,
    headers: movedHeaders(headers),
    body: Buffer.from(body, bodyOffset, bodyLength),
    reader: elsewhere,
    signal: neverAborted,
  }
}

/** Of an answer that is short, and counts where its connection is. */
const elsewhere = new AnswerReader()
/** A put has been taken on: that its client goes away stops nothing. */
const neverAborted = new AbortController().signal

function movedHeaders(entries: MovedRequest['headers']): WireHeaders {
  const byName = new Map<string, string>()
  for (const [name, value] of entries) {
    const before = byName.get(name)
    byName.set(name, before === undefined ? value : `${before},${value}`)
  }
  return { get: (name) => byName.get(name), entries: () => entries }
}

function toMoved({ status, headers, body }: WireResponse): MovedResponse {
  if (body.kind === 'stream') throw new Error('a put is never answered with a stream')
  const bytes = body.kind === 'bytes' ? body.bytes : Buffer.concat([...body.pieces()])
  return { status, headers, bytes }
}
