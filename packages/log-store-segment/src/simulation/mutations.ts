import type { FileSystem, LogFile, OpenMode } from '../file-system/file-system.js'
import { ActiveSegment } from '../lane/active-segment.js'
import type { SimulatedDisk } from './simulated-disk.js'

/** A log that is broken on purpose: the simulation has to notice. */
export interface Mutation {
  readonly name: string
  /** The disk as the broken log uses it. */
  wrap?(disk: SimulatedDisk): FileSystem
  /** Breaks the log's code; returns what mends it. */
  patch?(): () => void
}

export const mutations: readonly Mutation[] = [
  {
    name: 'no fdatasync',
    wrap: (disk) =>
      withFiles(disk, (file, at) => ({ ...rest(file), datasync: () => disk.run(undefined, at, () => {}) }), undurable),
  },
  {
    name: 'an acknowledgement that does not wait for the fdatasync',
    wrap: (disk) => withFiles(disk, withoutWaiting, undurable),
  },
  {
    name: 'no sync of the directory',
    wrap: (disk) => ({ ...withFiles(disk, (file) => file), syncDirectory: (at) => disk.run(undefined, at, () => {}) }),
  },
  {
    name: 'offsets that are used again after a failure',
    patch: () => {
      const { takeLost } = ActiveSegment.prototype
      ActiveSegment.prototype.takeLost = function takeLostAndGiveBack() {
        const lost = takeLost.call(this)
        for (const { shard, baseOffset } of lost) shard.nextOffset = Math.min(shard.nextOffset, baseOffset)
        return lost
      }
      return () => {
        ActiveSegment.prototype.takeLost = takeLost
      }
    },
  },
]

function withFiles(
  disk: SimulatedDisk,
  change: (file: LogFile, path: string) => LogFile,
  modeFor: (mode: OpenMode) => OpenMode = (mode) => mode,
): FileSystem {
  return {
    open: async (path, mode) => change(await disk.open(path, modeFor(mode)), path),
    list: (directory) => disk.list(directory),
    makeDirectory: (directory) => disk.makeDirectory(directory),
    rename: (from, to) => disk.rename(from, to),
    remove: (path) => disk.remove(path),
    syncDirectory: (directory) => disk.syncDirectory(directory),
    freeBytes: (directory) => disk.freeBytes(directory),
    lock: (directory, holder) => disk.lock(directory, holder),
  }
}

/** Writes that the system may keep to itself. */
function undurable(mode: OpenMode): OpenMode {
  if (mode === 'writeDurably') return 'write'
  return mode === 'createDurably' ? 'create' : mode
}

/** Says that bytes are on stable storage while they are on their way. */
function withoutWaiting(file: LogFile): LogFile {
  const datasync = async () => {
    file.datasync().catch(() => {})
  }
  return {
    ...rest(file),
    write: async (buffers, position) => {
      await file.write(buffers, position)
      await datasync()
    },
    datasync,
  }
}

function rest(file: LogFile): Omit<LogFile, 'datasync'> {
  return {
    size: () => file.size(),
    read: (target, position) => file.read(target, position),
    write: (buffers, position) => file.write(buffers, position),
    truncate: (bytes) => file.truncate(bytes),
    close: () => file.close(),
  }
}
