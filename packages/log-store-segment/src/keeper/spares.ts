import path from 'node:path'
import type { FileSystem } from '../file-system/file-system.js'
import { segmentPath, segmentsPath, spareName, spareNumberOf } from '../format/names.js'

export interface SparesOptions {
  readonly fileSystem: FileSystem
  readonly directory: string
  readonly sparesMax: number
  readonly segmentBytes: number
}

interface Spare {
  readonly name: string
  readonly bytes: number
}

/** The part of the free space that spares may take. */
const shareOfFreeSpace = 1 / 16
/** Of a tick: enough for many small writes. Large ones pay for their bytes and not for the journal, and zeros would double them. */
const zeroBytesPerTick = 16 * 1024 * 1024
/** A commit of a lane may have to wait for one such write. */
const stepBytes = 256 * 1024
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

  constructor(private readonly options: SparesOptions) {
    this.folder = segmentsPath(options.directory)
  }

  get bytes(): number {
    return this.spares.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** Takes over what an earlier process has left. */
  async find(): Promise<void> {
    for (const name of await this.options.fileSystem.list(this.folder)) {
      const number = spareNumberOf(name)
      if (number === undefined) continue
      this.nextNumber = Math.max(this.nextNumber, number + 1)
      this.spares.push({ name, bytes: await this.sizeOf(name) })
    }
  }

  /** Name of a spare, which is its receiver's from now on. */
  take(): string | undefined {
    return this.spares.pop()?.name
  }

  /** A lane has written a segment of this size. */
  noteRolled(fileBytes: number): void {
    this.demandBytes += fileBytes
  }

  /** Removes a dead segment's file, or makes a spare of it. May be repeated. The caller syncs the directory. */
  async dispose(segmentId: number, freeBytes: number): Promise<void> {
    const { fileSystem, directory, sparesMax } = this.options
    const file = segmentPath(directory, segmentId)
    try {
      if (this.spares.length >= sparesMax || this.bytes >= freeBytes * shareOfFreeSpace) return await fileSystem.remove(file)
      const name = this.nextName()
      await fileSystem.rename(file, path.join(this.folder, name))
      this.spares.push({ name, bytes: await this.sizeOf(name) })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }

  /** Writes zeros ahead, a tick's worth. */
  async prepare(freeBytes: number): Promise<void> {
    const { sparesMax, segmentBytes } = this.options
    this.demandBytes *= demandKeptPerTick
    const wantedBytes = Math.min(this.demandBytes, freeBytes * shareOfFreeSpace, sparesMax * segmentBytes)
    for (let left = Math.min(zeroBytesPerTick, wantedBytes - this.bytes); left >= blockBytes; ) left -= await this.lengthen(left)
  }

  /** Gives the space back. */
  async clear(): Promise<void> {
    for (const { name } of this.spares.splice(0)) await this.options.fileSystem.remove(path.join(this.folder, name))
  }

  /** Lengthens a spare that is shorter than a segment, or begins one. Nobody is given it meanwhile. Returns by how much. */
  private async lengthen(bytesMax: number): Promise<number> {
    const { fileSystem, segmentBytes } = this.options
    const short = this.spares.findIndex(({ bytes }) => bytes < segmentBytes)
    const [found] = short < 0 ? [] : this.spares.splice(short, 1)
    const { name, bytes } = found ?? { name: this.nextName(), bytes: 0 }
    const written = Math.floor(Math.min(bytesMax, segmentBytes - bytes))
    const file = path.join(this.folder, name)
    try {
      await this.writeZeros(file, !found, bytes, bytes + written)
    } catch (error) {
      await fileSystem.remove(file).catch(() => {})
      throw error
    }
    this.spares.push({ name, bytes: bytes + written })
    return written
  }

  private async writeZeros(path: string, isNew: boolean, start: number, end: number): Promise<void> {
    const file = await this.options.fileSystem.open(path, isNew ? 'createDurably' : 'writeDurably')
    try {
      for (let at = start; at < end; at += stepBytes) await file.write([zeros.subarray(0, end - at)], at)
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
