import path from 'node:path'
import type { FileSystem } from '../file-system/file-system.js'
import { isSpare, segmentPath, segmentsPath, spareName } from '../format/names.js'

/**
 * Files of dead segments, kept to be segments again: their blocks are on the disk, so that a commit in them has no metadata to
 * write. No more than a small share of the free space is kept.
 */
export class Spares {
  private readonly names: string[] = []
  private readonly folder: string

  constructor(
    private readonly fileSystem: FileSystem,
    private readonly directory: string,
    private readonly sparesMax: number,
  ) {
    this.folder = segmentsPath(directory)
  }

  /** Takes over what an earlier process has left. */
  async find(): Promise<void> {
    this.names.push(...(await this.fileSystem.list(this.folder)).filter(isSpare))
  }

  /** Name of a spare, which is its receiver's from now on. */
  take(): string | undefined {
    return this.names.pop()
  }

  /** Removes a dead segment's file, or makes a spare of it. May be repeated. The caller syncs the directory. */
  async dispose(segmentId: number, isWanted: boolean): Promise<void> {
    const file = segmentPath(this.directory, segmentId)
    try {
      if (!isWanted || this.names.length >= this.sparesMax) return await this.fileSystem.remove(file)
      await this.fileSystem.rename(file, path.join(this.folder, spareName(segmentId)))
      this.names.push(spareName(segmentId))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }

  /** Gives the space back. */
  async clear(): Promise<void> {
    for (const name of this.names.splice(0)) await this.fileSystem.remove(path.join(this.folder, name))
  }
}
