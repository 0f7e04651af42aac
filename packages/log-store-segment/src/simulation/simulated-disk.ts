import path from 'node:path'
import type { FileSystem, LockOutcome, LogFile, OpenMode } from '../file-system/file-system.js'
import type { Random } from './random.js'
import { type CrashMode, SimulatedFile } from './simulated-file.js'

type NameChange = { readonly name: string; readonly file: SimulatedFile | undefined }

/** Names of a directory, as they are shown and as they are on the disk. Each change is a list: a rename takes one name and makes another. */
class SimulatedDirectory {
  shown = new Map<string, SimulatedFile>()
  private stored = new Map<string, SimulatedFile>()
  private unsynced: (readonly NameChange[])[] = []

  change(...changes: NameChange[]): void {
    this.unsynced.push(changes)
    applyNames(this.shown, changes)
  }

  /** Marks what a sync that begins now will cover. */
  syncPoint(): readonly (readonly NameChange[])[] {
    return [...this.unsynced]
  }

  sync(point: readonly (readonly NameChange[])[]): void {
    const covered = this.unsynced.filter((changes) => point.includes(changes))
    for (const changes of covered) applyNames(this.stored, changes)
    this.unsynced = this.unsynced.filter((changes) => !covered.includes(changes))
  }

  /** A journal keeps the order of the changes: the first so many are stored. */
  crash(kept: number): void {
    for (const changes of this.unsynced.slice(0, kept)) applyNames(this.stored, changes)
    this.unsynced = []
    this.shown = new Map(this.stored)
  }

  get unsyncedCount(): number {
    return this.unsynced.length
  }
}

function applyNames(names: Map<string, SimulatedFile>, changes: readonly NameChange[]): void {
  for (const { name, file } of changes) {
    if (file) names.set(name, file)
    else names.delete(name)
  }
}

export type FailingOperation = 'write' | 'datasync' | 'syncDirectory' | 'create'

export interface SimulatedDiskOptions {
  readonly random: Random
  /** Completes an operation, whenever that is. */
  readonly schedule: (operation: () => void) => void
}

/**
 * A disk that forgets: a crash takes what was not synced, data and names, or any part of it, and tears the last write. It fails
 * and fills up on command.
 */
export class SimulatedDisk implements FileSystem {
  capacityBytes = Number.MAX_SAFE_INTEGER
  /** Asked before every operation that can fail: the code to fail with. */
  fault: (operation: FailingOperation, path: string) => string | undefined = () => undefined
  private readonly directories = new Map<string, SimulatedDirectory>()
  private heldBy: string | undefined

  constructor(private readonly options: SimulatedDiskOptions) {}

  /** What a power cut leaves. Operations that were under way must not complete any more. */
  crash(): void {
    const { random } = this.options
    const mode: CrashMode = random.pick(['loseAll', 'tearLast', 'anySectors'])
    for (const directory of this.directories.values()) {
      directory.crash(mode === 'loseAll' ? 0 : random.below(directory.unsyncedCount + 1))
      for (const file of directory.shown.values()) file.crash(mode, random)
    }
    this.heldBy = undefined
  }

  get usedBytes(): number {
    let bytes = 0
    for (const { shown } of this.directories.values()) for (const file of shown.values()) bytes += file.size
    return bytes
  }

  open(filePath: string, mode: OpenMode): Promise<LogFile> {
    const creates = mode.startsWith('create')
    const isDurable = mode.endsWith('Durably')
    return this.run(creates ? 'create' : undefined, filePath, () => {
      const { directory, name } = this.locate(filePath)
      const exists = directory.shown.get(name)
      if (exists && creates) throw systemError('EEXIST', filePath)
      if (exists) return this.handle(exists, filePath, isDurable)
      if (!creates) throw systemError('ENOENT', filePath)
      const file = new SimulatedFile()
      directory.change({ name, file })
      return this.handle(file, filePath, isDurable)
    })
  }

  list(directory: string): Promise<string[]> {
    return this.run(undefined, directory, () => [...(this.directories.get(directory)?.shown.keys() ?? [])])
  }

  /** Directories are durable at once: the log makes them once, and no claim rests on it. */
  makeDirectory(directory: string): Promise<void> {
    return this.run(undefined, directory, () => {
      for (let at = directory; !this.directories.has(at); at = path.dirname(at))
        this.directories.set(at, new SimulatedDirectory())
    })
  }

  rename(from: string, to: string): Promise<void> {
    return this.run(undefined, from, () => {
      const { directory, name } = this.locate(from)
      const file = directory.shown.get(name)
      if (!file || path.dirname(from) !== path.dirname(to)) throw systemError('ENOENT', from)
      directory.change({ name, file: undefined }, { name: path.basename(to), file })
    })
  }

  remove(filePath: string): Promise<void> {
    return this.run(undefined, filePath, () => {
      const { directory, name } = this.locate(filePath)
      if (!directory.shown.has(name)) throw systemError('ENOENT', filePath)
      directory.change({ name, file: undefined })
    })
  }

  syncDirectory(directoryPath: string): Promise<void> {
    const directory = this.directories.get(directoryPath)
    const point = directory?.syncPoint()
    return this.run('syncDirectory', directoryPath, () => {
      if (!directory || !point) throw systemError('ENOENT', directoryPath)
      directory.sync(point)
    })
  }

  freeBytes(directory: string): Promise<number> {
    return this.run(undefined, directory, () => Math.max(0, this.capacityBytes - this.usedBytes))
  }

  lock(_directory: string, holder: string): Promise<LockOutcome> {
    return this.run(undefined, '', () => {
      if (this.heldBy !== undefined) return { ok: false, heldBy: this.heldBy }
      this.heldBy = holder
      const release = async () => {
        this.heldBy = undefined
      }
      return { ok: true, release }
    })
  }

  /** Has an operation happen, or fail, at a time of the scheduler's choice. */
  run<T>(operation: FailingOperation | undefined, at: string, work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.options.schedule(() => {
        const code = operation && this.fault(operation, at)
        try {
          if (code) throw systemError(code, at)
          resolve(work())
        } catch (error) {
          reject(error)
        }
      })
    })
  }

  private locate(filePath: string): { readonly directory: SimulatedDirectory; readonly name: string } {
    const directory = this.directories.get(path.dirname(filePath))
    if (!directory) throw systemError('ENOENT', filePath)
    return { directory, name: path.basename(filePath) }
  }

  private handle(file: SimulatedFile, filePath: string, isDurable: boolean): LogFile {
    return {
      size: () => this.run(undefined, filePath, () => file.size),
      read: (target, position) => this.run(undefined, filePath, () => file.read(target, position)),
      write: async (buffers, position) => {
        const change = await this.write(file, filePath, Buffer.concat(buffers), position)
        if (isDurable) await this.store(file, filePath, change)
      },
      datasync: () => this.datasync(file, filePath),
      truncate: (bytes) => this.run(undefined, filePath, () => file.truncate(bytes)),
      close: () => this.run(undefined, filePath, () => {}),
    }
  }

  /** A write that fails, or finds the disk full, may leave its beginning. */
  private write(file: SimulatedFile, filePath: string, bytes: Buffer, position: number): Promise<number> {
    const { random } = this.options
    return this.run(undefined, filePath, () => {
      const code = this.fault('write', filePath)
      if (code) {
        file.write(bytes.subarray(0, random.below(bytes.length + 1)), position)
        throw systemError(code, filePath)
      }
      const room = Math.max(0, this.capacityBytes - this.usedBytes)
      const fits = Math.max(0, Math.min(bytes.length, file.size - position + room))
      const change = file.write(bytes.subarray(0, fits), position)
      if (fits < bytes.length) throw systemError('ENOSPC', filePath)
      return change
    })
  }

  /** The second half of a durable write. */
  private store(file: SimulatedFile, filePath: string, change: number): Promise<void> {
    return this.run(undefined, filePath, () => {
      const code = this.fault('datasync', filePath)
      if (!code) return file.syncWrite(change)
      file.failSync(change, this.options.random)
      throw systemError(code, filePath)
    })
  }

  private datasync(file: SimulatedFile, filePath: string): Promise<void> {
    const point = file.syncPoint()
    return this.run(undefined, filePath, () => {
      const code = this.fault('datasync', filePath)
      if (!code) return file.sync(point)
      file.failSync(point, this.options.random)
      throw systemError(code, filePath)
    })
  }
}

function systemError(code: string, at: string): Error {
  return Object.assign(new Error(`${code}: ${at}`), { code })
}
