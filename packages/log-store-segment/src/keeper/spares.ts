import path from 'node:path'
import type { FileSystem } from '../file-system/file-system.js'
import type { Pause } from '../file-system/shrink.js'
import { segmentPath, segmentsPath, spareName, spareNumberOf } from '../format/names.js'
import type { SpaceReturn } from './space-return.js'

export interface SparesOptions {
  readonly fileSystem: FileSystem
  readonly directory: string
  readonly sparesMax: number
  readonly segmentBytes: number
  /** Takes what is too much. */
  readonly spaceReturn: SpaceReturn
  readonly pause: Pause
}

interface Spare {
  readonly name: string
  readonly bytes: number
}

/** The part of the free space that spares may take. */
const shareOfFreeSpace = 1 / 16
/** Of a tick: enough for many small writes. Large ones pay for their bytes and not for the journal, and zeros would double them. */
const zeroBytesPerTick = 16 * 1024 * 1024
/** A commit of a lane may have to wait for one such write. Those of a tick are spread over about half a second. */
const stepBytes = 256 * 1024
const betweenStepsMs = 8
const zeros = Buffer.alloc(stepBytes)
const blockBytes = 4096
/** What was written counts half after about six minutes. */
const demandKeptPerTick = 0.998

/**
 * Files to be segments: their blocks are on the disk, so that a commit in them has no metadata to write. They come from segments of
 * which nothing lives, and where those do not suffice zeros are written ahead: as much as was written lately, so that a log that
 * takes little has little. A spare may be shorter than a segment, and hold anything.
 */
export class Spares {
  private readonly spares: Spare[] = []
  private readonly folder: string
  private nextNumber = 1
  private demandBytes = 0
  private stopped = false

  constructor(private readonly options: SparesOptions) {
    this.folder = segmentsPath(options.directory)
  }

  get bytes(): number {
    return this.spares.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** Takes over what an earlier process has left: the longest, and what is too much goes on being given back. */
  async find(): Promise<void> {
    for (const name of await this.options.fileSystem.list(this.folder)) {
      const number = spareNumberOf(name)
      if (number === undefined) continue
      this.nextNumber = Math.max(this.nextNumber, number + 1)
      this.spares.push({ name, bytes: await this.sizeOf(name) })
    }
    this.spares.sort((a, b) => a.bytes - b.bytes)
    const surplus = Math.max(0, this.spares.length - this.options.sparesMax)
    for (const spare of this.spares.splice(0, surplus)) this.giveBack(spare)
  }

  /** Name of a spare, which is its receiver's from now on. */
  take(): string | undefined {
    return this.spares.pop()?.name
  }

  /** A lane has written a segment of this size. */
  noteRolled(fileBytes: number): void {
    this.demandBytes += fileBytes
  }

  /** Makes a spare of a dead segment's file, or has its space given back. May be repeated. The caller syncs the directory. */
  async dispose(segmentId: number, freeBytes: number): Promise<void> {
    const spare = await this.rename(segmentId)
    const isTooMuch = this.spares.length >= this.options.sparesMax || this.bytes >= freeBytes * shareOfFreeSpace
    if (spare && isTooMuch) this.giveBack(spare)
    else if (spare) this.spares.push(spare)
  }

  /** The file of a segment that counts for nothing: its space is given back. May be repeated. */
  async discard(segmentId: number): Promise<void> {
    const spare = await this.rename(segmentId)
    if (spare) this.giveBack(spare)
  }

  /** Writes zeros ahead, a tick's worth. */
  async prepare(freeBytes: number): Promise<void> {
    const { sparesMax, segmentBytes } = this.options
    this.demandBytes *= demandKeptPerTick
    const wantedBytes = Math.min(this.demandBytes, freeBytes * shareOfFreeSpace, sparesMax * segmentBytes)
    for (let left = Math.min(zeroBytesPerTick, wantedBytes - this.bytes); left >= blockBytes && !this.stopped; ) {
      left -= await this.lengthen(Math.min(left, stepBytes))
      if (left >= blockBytes) await this.options.pause(betweenStepsMs)
    }
  }

  /** Has all space given back. */
  clear(): void {
    for (const spare of this.spares.splice(0)) this.giveBack(spare)
  }

  /** Ends a `prepare` that is under way after its next write. */
  stop(): void {
    this.stopped = true
  }

  private giveBack({ name, bytes }: Spare): void {
    this.options.spaceReturn.add({ path: path.join(this.folder, name), bytes })
  }

  /** Gives the file of a segment the name of a spare; undefined where it has gone before. */
  private async rename(segmentId: number): Promise<Spare | undefined> {
    const name = this.nextName()
    try {
      await this.options.fileSystem.rename(segmentPath(this.options.directory, segmentId), path.join(this.folder, name))
      return { name, bytes: await this.sizeOf(name) }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      return undefined
    }
  }

  /** Lengthens a spare that is shorter than a segment, or begins one. Nobody is given it meanwhile. Returns by how much. */
  private async lengthen(bytesMax: number): Promise<number> {
    const { segmentBytes } = this.options
    const short = this.spares.findIndex(({ bytes }) => bytes < segmentBytes)
    const [found] = short < 0 ? [] : this.spares.splice(short, 1)
    const { name, bytes } = found ?? { name: this.nextName(), bytes: 0 }
    const written = Math.floor(Math.min(bytesMax, segmentBytes - bytes))
    const file = path.join(this.folder, name)
    try {
      await this.writeZeros(file, !found, bytes, written)
    } catch (error) {
      this.giveBack({ name, bytes: bytes + written })
      throw error
    }
    this.spares.push({ name, bytes: bytes + written })
    return written
  }

  private async writeZeros(path: string, isNew: boolean, start: number, bytes: number): Promise<void> {
    const file = await this.options.fileSystem.open(path, isNew ? 'createDurably' : 'writeDurably')
    try {
      await file.write([zeros.subarray(0, bytes)], start)
    } finally {
      await file.close()
    }
  }

  private async sizeOf(name: string): Promise<number> {
    const file = await this.options.fileSystem.open(path.join(this.folder, name), 'read')
    try {
      return await file.size()
    } finally {
      await file.close()
    }
  }

  private nextName(): string {
    return spareName(this.nextNumber++)
  }
}
