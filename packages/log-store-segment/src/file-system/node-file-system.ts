import fs, { constants } from 'node:fs'
import { lockDirectory } from './directory-lock.js'
import type { FileSystem, LogFile, OpenMode } from './file-system.js'

/**
 * On Linux a write with O_DSYNC does what a write and an `fdatasync` do, with one hop of the pool instead of two. On macOS it stops
 * short of the drive's cache, and Windows does not know it.
 */
const durably = process.platform === 'linux' ? constants.O_DSYNC : 0
const created = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL

const flags: Record<OpenMode, number> = {
  read: constants.O_RDONLY,
  write: constants.O_RDWR,
  create: created,
  writeDurably: constants.O_RDWR | durably,
  createDurably: created | durably,
}

/** The disk. Calls go through the callback API, which costs less per call than `FileHandle`. */
export const nodeFileSystem: FileSystem = {
  open: (path, mode) =>
    new Promise((resolve, reject) => {
      fs.open(path, flags[mode], 0o640, (error, fd) => (error ? reject(error) : resolve(fileOf(fd, mode))))
    }),
  async list(directory) {
    try {
      return await fs.promises.readdir(directory)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
  },
  async makeDirectory(path) {
    await fs.promises.mkdir(path, { recursive: true, mode: 0o750 })
  },
  rename: (from, to) => fs.promises.rename(from, to),
  remove: (path) => fs.promises.unlink(path),
  async syncDirectory(path) {
    // Windows has no way to sync a directory, and needs none.
    if (process.platform === 'win32') return
    const handle = await fs.promises.open(path, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  },
  async freeBytes(path) {
    const { bavail, bsize } = await fs.promises.statfs(path)
    return bavail * bsize
  },
  lock: lockDirectory,
}

function fileOf(fd: number, mode: OpenMode): LogFile {
  return mode.endsWith('Durably') && durably === 0 ? new SyncedFile(fd) : new NodeFile(fd)
}

class NodeFile implements LogFile {
  constructor(private readonly fd: number) {}

  size(): Promise<number> {
    return new Promise((resolve, reject) => {
      fs.fstat(this.fd, (error, stats) => (error ? reject(error) : resolve(stats.size)))
    })
  }

  read(target: Buffer, position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const next = (filled: number) => {
        fs.read(this.fd, target, filled, target.length - filled, position + filled, (error, bytes) => {
          if (error) reject(error)
          else if (bytes === 0 || filled + bytes === target.length) resolve(filled + bytes)
          else next(filled + bytes)
        })
      }
      next(0)
    })
  }

  write(buffers: readonly Buffer[], position: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const next = (rest: readonly Buffer[], at: number) => {
        fs.writev(this.fd, rest, at, (error, bytes) => {
          if (error) return reject(error)
          const left = behind(rest, bytes)
          if (left.length === 0) resolve()
          else if (bytes === 0) reject(new Error('the disk took no byte of a write'))
          else next(left, at + bytes)
        })
      }
      next(buffers, position)
    })
  }

  datasync(): Promise<void> {
    return new Promise((resolve, reject) => {
      fs.fdatasync(this.fd, (error) => (error ? reject(error) : resolve()))
    })
  }

  truncate(bytes: number): Promise<void> {
    return new Promise((resolve, reject) => {
      fs.ftruncate(this.fd, bytes, (error) => (error ? reject(error) : resolve()))
    })
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) => {
      fs.close(this.fd, (error) => (error ? reject(error) : resolve()))
    })
  }
}

/** Writes durably where the system has no flag for it. */
class SyncedFile extends NodeFile {
  override async write(buffers: readonly Buffer[], position: number): Promise<void> {
    await super.write(buffers, position)
    await this.datasync()
  }
}

/** What is left of the buffers after their first `bytes` bytes: a disk may take less than all of a write. */
function behind(buffers: readonly Buffer[], bytes: number): readonly Buffer[] {
  let left = bytes
  for (const [i, buffer] of buffers.entries()) {
    if (left < buffer.length) return [buffer.subarray(left), ...buffers.slice(i + 1)]
    left -= buffer.length
  }
  return []
}
