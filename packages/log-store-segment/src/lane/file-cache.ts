import type { FileSystem, LogFile } from '../file-system/file-system.js'

interface CachedFile {
  readonly file: Promise<LogFile>
  users: number
}

/** Files that are open for reading, at most so many, the least recently used closed first. */
export class FileCache {
  /** In the order of their last use. */
  private readonly files = new Map<string, CachedFile>()

  constructor(
    private readonly fileSystem: FileSystem,
    private readonly filesOpenMax: number,
  ) {}

  /** Has `work` read a file that stays open until it is done. */
  async use<T>(path: string, work: (file: LogFile) => Promise<T>): Promise<T> {
    const cached = this.files.get(path) ?? { file: this.fileSystem.open(path, 'read'), users: 0 }
    this.files.delete(path)
    this.files.set(path, cached)
    cached.users++
    try {
      return await work(await cached.file)
    } catch (error) {
      // A handle that failed may be broken: the next reader opens the file anew.
      if (this.files.get(path) === cached) this.files.delete(path)
      throw error
    } finally {
      cached.users--
      if (cached.users === 0 && this.files.get(path) !== cached) void close(cached)
      this.evict()
    }
  }

  /** Closes a file that is to go, as soon as nobody reads it. */
  drop(path: string): void {
    const cached = this.files.get(path)
    this.files.delete(path)
    if (cached?.users === 0) void close(cached)
  }

  async close(): Promise<void> {
    const all = [...this.files.values()]
    this.files.clear()
    await Promise.all(all.filter((cached) => cached.users === 0).map(close))
  }

  private evict(): void {
    for (const [path, cached] of this.files) {
      if (this.files.size <= this.filesOpenMax) return
      if (cached.users === 0) this.drop(path)
    }
  }
}

async function close(cached: CachedFile): Promise<void> {
  await cached.file.then((file) => file.close()).catch(() => {})
}
