import type { Writable } from 'node:stream'
import type { Departure } from './departure.js'
import { loopTurns } from './loop-turns.js'
import type { WireBody } from './request.js'

/** Longer answers are cut, so that a reader's progress shows and no step holds the loop. */
export const sliceBytes = 256 * 1024
/** What is longer is written so much in a turn of the loop, even if the kernel takes it all. */
const turnBytes = 512 * 1024

export interface PumpTarget {
  readonly out: Writable
  /** How a piece looks on the wire, in the parts in which it is written. */
  readonly frame: (piece: Uint8Array) => readonly Uint8Array[]
  /** The reader has taken something. */
  readonly progressed: () => void
  /** So much of a stream waits for its reader; then 0. What has a length is counted by it. */
  readonly unsent: (bytes: number) => void
  readonly gone: Departure
}

/** Sends a body only as fast as its reader takes it; ends early, without an error, when the reader is gone. Throws what the body throws. */
export async function pump(body: WireBody, target: PumpTarget): Promise<void> {
  if (body.kind === 'stream') return pumpStream(body.pieces, target)
  const promisedBytes = body.kind === 'bytes' ? body.bytes.length : body.length
  const pieces = body.kind === 'bytes' ? slices(body.bytes) : body.pieces()
  let sentBytes = 0
  let turnEnd = promisedBytes > turnBytes ? 0 : turnBytes
  for (;;) {
    if (sentBytes >= turnEnd) {
      await loopTurns.wait()
      turnEnd = sentBytes + turnBytes
    }
    const piece = pieces.next()
    if (piece.done === true) break
    if (target.out.destroyed) return
    sentBytes += piece.value.length
    await send(piece.value, target)
  }
  if (sentBytes !== promisedBytes) throw new RangeError(`an answer of ${sentBytes} bytes where ${promisedBytes} were promised`)
}

async function pumpStream(pieces: AsyncIterable<Uint8Array>, target: PumpTarget): Promise<void> {
  const iterator = pieces[Symbol.asyncIterator]()
  try {
    while (!target.out.destroyed) {
      const next = await target.gone.or(iterator.next())
      if (next === undefined || next.done === true) return
      await sendPiece(next.value, target)
    }
  } finally {
    // Not awaited: a producer that waits for its next event would never come to it.
    iterator.return?.()?.catch(() => undefined)
  }
}

async function sendPiece(piece: Uint8Array, target: PumpTarget): Promise<void> {
  const sent = send(piece, target)
  if (!target.out.writableNeedDrain) return sent
  target.unsent(piece.length)
  await sent
  target.unsent(0)
}

async function send(piece: Uint8Array, target: PumpTarget): Promise<void> {
  if (piece.length === 0) return
  if (!written(target.frame(piece), target.out)) await target.gone.or(drained(target.out))
  target.progressed()
}

/** A piece that nothing is put around. */
export function asItIs(piece: Uint8Array): readonly Uint8Array[] {
  return [piece]
}

/** False: there is more to send than the kernel takes now. */
function written(parts: readonly Uint8Array[], out: Writable): boolean {
  let flows = true
  out.cork()
  for (const part of parts) flows = out.write(part)
  out.uncork()
  return flows
}

function drained(out: Writable): Promise<void> {
  return new Promise((resolve) => out.once('drain', resolve))
}

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += sliceBytes) yield bytes.subarray(at, at + sliceBytes)
}
