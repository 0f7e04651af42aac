import { createHash, type Hash, hash } from 'node:crypto'

export interface CollectedBody {
  /** In an ArrayBuffer that nothing else uses; perhaps not at its beginning. */
  readonly bytes: Buffer
  readonly sha256: string
}

const firstBytes = 64 * 1024
/** A buffer is at most this many times what has arrived, so a length that is only claimed costs next to nothing. */
const growth = 4

/** Gathers a body as it arrives and hashes it on the way, so that no step hashes or copies 16 MiB at once. */
export class BodyCollector {
  private hash: Hash | undefined
  private target: Buffer | undefined
  receivedBytes = 0

  /** `lengthMax`: the declared length, or the bound where none is declared. */
  constructor(private readonly lengthMax: number) {}

  /** Copies; the chunk is the caller's again afterwards. */
  add(chunk: Buffer): void {
    this.hash ??= createHash('sha256')
    this.hash.update(chunk)
    const target = this.roomFor(chunk.length)
    chunk.copy(target, this.receivedBytes)
    this.receivedBytes += chunk.length
  }

  finish(): CollectedBody {
    if (this.hash === undefined || this.target === undefined) return emptyBody()
    return { bytes: this.target.subarray(0, this.receivedBytes), sha256: this.hash.digest('hex') }
  }

  private roomFor(bytes: number): Buffer {
    const needed = this.receivedBytes + bytes
    if (this.target !== undefined && this.target.length >= needed) return this.target
    const grown = Buffer.allocUnsafeSlow(Math.min(this.lengthMax, Math.max(firstBytes, needed * growth)))
    this.target?.copy(grown, 0, 0, this.receivedBytes)
    this.target = grown
    return grown
  }
}

const sha256OfNothing = hash('sha256', '', 'hex')

export function emptyBody(): CollectedBody {
  return { bytes: Buffer.alloc(0), sha256: sha256OfNothing }
}

/** A body that came in one chunk. */
export function wholeBody(bytes: Buffer): CollectedBody {
  return { bytes, sha256: hash('sha256', bytes, 'hex') }
}
