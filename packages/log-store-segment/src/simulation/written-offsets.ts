import type { FileSystem, LogFile } from '../file-system/file-system.js'
import { BatchCursor, batchHeaderBytes, type SegmentMark } from '../format/batch-header.js'
import { segmentIdOf } from '../format/names.js'
import { decodeSegmentHeader, firstBatchAt } from '../format/segment-header.js'
import { keyTextOf } from '../format/shard-key.js'
import { BrokenPromise } from './shard-ledger.js'

/**
 * Looks at every batch on its way to the disk: in the life of a process no offset of a shard is ever written with two different
 * contents, whether the first write came through or not.
 */
export class WrittenOffsets {
  /** Not thrown: the log would take it for a failed write. */
  broken: BrokenPromise | undefined
  private readonly contents = new Map<string, Buffer>()

  /** What the crash took may be written anew. */
  processEnded(): void {
    this.contents.clear()
  }

  watch(fileSystem: FileSystem): FileSystem {
    return {
      open: async (filePath, mode) => this.watchFile(await fileSystem.open(filePath, mode), filePath),
      list: (directory) => fileSystem.list(directory),
      makeDirectory: (directory) => fileSystem.makeDirectory(directory),
      rename: (from, to) => fileSystem.rename(from, to),
      remove: (filePath) => fileSystem.remove(filePath),
      syncDirectory: (directory) => fileSystem.syncDirectory(directory),
      freeBytes: (directory) => fileSystem.freeBytes(directory),
      lock: (directory, holder) => fileSystem.lock(directory, holder),
    }
  }

  private watchFile(file: LogFile, filePath: string): LogFile {
    const segmentId = segmentIdOf(filePath.slice(filePath.lastIndexOf('/') + 1))
    if (segmentId === undefined) return file
    let mark: SegmentMark | undefined
    return {
      size: () => file.size(),
      read: (target, position) => file.read(target, position),
      write: (buffers, position) => {
        const bytes = Buffer.concat(buffers)
        mark = decodeSegmentHeader(bytes) ?? mark
        if (mark && position >= firstBatchAt) this.look(bytes, mark)
        return file.write(buffers, position)
      },
      datasync: () => file.datasync(),
      truncate: (bytes) => file.truncate(bytes),
      close: () => file.close(),
    }
  }

  private look(bytes: Buffer, mark: SegmentMark): void {
    const cursor = new BatchCursor(bytes, mark)
    for (let at = 0; at + batchHeaderBytes <= bytes.length && cursor.read(at); at = cursor.endAt) {
      if (cursor.kind !== 'records') continue
      for (let i = 0; i < cursor.recordCount; i++) this.note(`${keyTextOf(cursor.shardKey())}/${cursor.baseOffset + i}`, cursor)
    }
  }

  private note(record: string, cursor: BatchCursor): void {
    const before = this.contents.get(record)
    if (before && !before.equals(cursor.payload()))
      this.broken ??= new BrokenPromise(`offset ${cursor.baseOffset} was given twice`)
    this.contents.set(record, cursor.payload())
  }
}
