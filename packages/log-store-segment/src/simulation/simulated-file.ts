import type { Random } from './random.js'

const sectorBytes = 512

interface Change {
  readonly number: number
  readonly position: number
  /** Absent: the file is cut at `position`. */
  readonly bytes?: Buffer
}

/** How a crash treats what was not synced. */
export type CrashMode = 'loseAll' | 'tearLast' | 'anySectors'

/** A file's bytes twice: as the system shows them, and as they are on the disk. */
export class SimulatedFile {
  private shown: Buffer = Buffer.alloc(0)
  private stored: Buffer = Buffer.alloc(0)
  private unsynced: Change[] = []
  private changes = 0

  get size(): number {
    return this.shown.length
  }

  read(target: Buffer, position: number): number {
    return position >= this.shown.length ? 0 : this.shown.copy(target, 0, position)
  }

  /** Returns the number of the change. */
  write(bytes: Buffer, position: number): number {
    this.change({ number: ++this.changes, position, bytes: Buffer.from(bytes) })
    return this.changes
  }

  truncate(position: number): void {
    this.change({ number: ++this.changes, position })
  }

  /** Marks what a sync that begins now will cover. */
  syncPoint(): number {
    return this.changes
  }

  sync(point: number): void {
    for (const change of this.unsynced) if (change.number <= point) this.stored = apply(this.stored, change)
    this.unsynced = this.unsynced.filter((change) => change.number > point)
  }

  /** What a durable write stores: itself, what it shares bytes with, and the file's length, which comes in order. */
  syncWrite(number: number): void {
    const written = this.unsynced.find((change) => change.number === number)
    const isStored = (change: Change) => change.number <= number && (!change.bytes || (written && overlap(change, written)))
    for (const change of this.unsynced) if (isStored(change)) this.stored = apply(this.stored, change)
    this.unsynced = this.unsynced.filter((change) => !isStored(change))
  }

  /** After a failed sync the system takes the bytes for written: no later sync stores them. Some may have got through. */
  failSync(point: number, random: Random): void {
    for (const change of this.unsynced) if (change.number <= point) this.storeSome(change, random)
    this.unsynced = this.unsynced.filter((change) => change.number > point)
  }

  crash(mode: CrashMode, random: Random): void {
    if (mode === 'anySectors') for (const change of this.unsynced) this.storeSome(change, random)
    if (mode === 'tearLast') this.storeUpToTear(random)
    this.unsynced = []
    this.shown = Buffer.from(this.stored)
  }

  private change(change: Change): void {
    this.unsynced.push(change)
    this.shown = apply(this.shown, change)
  }

  /** All changes up to one, of which a part is stored that ends anywhere. */
  private storeUpToTear(random: Random): void {
    const torn = random.below(this.unsynced.length + 1)
    for (const change of this.unsynced.slice(0, torn)) this.stored = apply(this.stored, change)
    const last = this.unsynced[torn]
    if (last?.bytes)
      this.stored = apply(this.stored, { ...last, bytes: last.bytes.subarray(0, random.below(last.bytes.length + 1)) })
  }

  /** The disk takes sectors in any order. */
  private storeSome(change: Change, random: Random): void {
    if (!change.bytes) {
      if (random.chance(0.5)) this.stored = apply(this.stored, change)
      return
    }
    const probability = random.pick([0, 0.5, 0.9, 1])
    const end = change.position + change.bytes.length
    for (let at = change.position; at < end; ) {
      const next = Math.min(end, at - (at % sectorBytes) + sectorBytes)
      if (random.chance(probability)) {
        const bytes = change.bytes.subarray(at - change.position, next - change.position)
        this.stored = apply(this.stored, { ...change, position: at, bytes })
      }
      at = next
    }
  }
}

function overlap(a: Change, b: Change): boolean {
  const end = (change: Change) => change.position + (change.bytes?.length ?? 0)
  return a.position < end(b) && b.position < end(a)
}

function apply(content: Buffer, { position, bytes }: Change): Buffer {
  const size = bytes ? Math.max(content.length, position + bytes.length) : position
  let changed = content
  if (size !== content.length) {
    changed = Buffer.alloc(size)
    content.copy(changed)
  }
  bytes?.copy(changed, position)
  return changed
}
