import type { FileSystem, LogFile } from './file-system.js'

/** Told of what the log does to a disk; the measured code itself knows of no metrics. */
export interface DiskMeter {
  wrote(bytes: number): void
  read(bytes: number): void
  /** `startedMs`: what `performance.now()` said when the `fdatasync` was issued. */
  synced(startedMs: number): void
}

/** The same disk, with a meter at it. What fails is not counted. */
export function measuredFileSystem(disk: FileSystem, meter: DiskMeter): FileSystem {
  return { ...disk, open: async (path, mode) => new MeasuredFile(await disk.open(path, mode), meter) }
}

class MeasuredFile implements LogFile {
  constructor(
    private readonly file: LogFile,
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
    await this.file.write(buffers, position)
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
