import type { FileSystem, LogFile, OpenMode } from './file-system.js'

/** Told of what the log does to a disk; the measured code itself knows of no metrics. */
export interface DiskMeter {
  wrote(bytes: number): void
  read(bytes: number): void
  /** A durable write, or an `fdatasync`. `startedMs`: what `performance.now()` said when it was issued. */
  synced(startedMs: number): void
}

/** The same disk, with a meter at it. What fails is not counted. */
export function measuredFileSystem(disk: FileSystem, meter: DiskMeter): FileSystem {
  return { ...disk, open: async (path, mode) => new MeasuredFile(await disk.open(path, mode), mode, meter) }
}

class MeasuredFile implements LogFile {
  constructor(
    private readonly file: LogFile,
    private readonly mode: OpenMode,
    private readonly meter: DiskMeter,
  ) {}

  size(): Promise<number> {
    return this.file.size()
  }

  async read(target: Buffer, position: number): Promise<number> {
    const bytes = await this.file.read(target, position)
    this.meter.read(bytes)
    return bytes
  }

  async write(buffers: readonly Buffer[], position: number): Promise<void> {
    const startedMs = performance.now()
    await this.file.write(buffers, position)
    if (this.mode.endsWith('Durably')) this.meter.synced(startedMs)
    this.meter.wrote(buffers.reduce((sum, { length }) => sum + length, 0))
  }

  async datasync(): Promise<void> {
    const startedMs = performance.now()
    await this.file.datasync()
    this.meter.synced(startedMs)
  }

  truncate(bytes: number): Promise<void> {
    return this.file.truncate(bytes)
  }

  close(): Promise<void> {
    return this.file.close()
  }
}
