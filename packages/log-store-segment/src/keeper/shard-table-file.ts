import type { FileSystem } from '../file-system/file-system.js'
import { shardTablePath } from '../format/names.js'
import { decodeShardTable, encodeShardTable, type ShardTable } from '../format/shard-table.js'

/** The shard table on the disk, written in turn to two files. */
export class ShardTableFile {
  private generation: number
  private writing: Promise<void> = Promise.resolve()
  /** A write that has not begun: it will hold what a further caller has to say, too. */
  private waiting: Promise<void> | undefined

  private constructor(
    private readonly fileSystem: FileSystem,
    private readonly directory: string,
    /** What was found; undefined in a new log. */
    readonly found: ShardTable | undefined,
  ) {
    this.generation = found?.generation ?? 0
  }

  /** Throws where there are tables and none is intact: without one, offsets might be given twice. */
  static async open(fileSystem: FileSystem, directory: string, isNewLog: boolean): Promise<ShardTableFile> {
    const names = new Set(await fileSystem.list(directory))
    const tables: ShardTable[] = []
    for (const slot of [0, 1]) {
      if (!names.has(`shards.${slot}`)) continue
      const table = decodeShardTable(await readAll(fileSystem, shardTablePath(directory, slot)))
      if (table) tables.push(table)
    }
    const [found] = tables.sort((a, b) => b.generation - a.generation)
    if (!found && !isNewLog) throw new Error(`${directory} holds segments, and no intact shard table`)
    return new ShardTableFile(fileSystem, directory, found)
  }

  /** Writes what `make` returns when its turn comes. Resolves when it is durable. */
  write(make: () => Omit<ShardTable, 'generation'>): Promise<void> {
    if (this.waiting) return this.waiting
    const written = this.writing.then(() => {
      this.waiting = undefined
      return this.writeNext(make())
    })
    this.waiting = written
    this.writing = written.catch(() => {})
    return written
  }

  /** Writes to both files, so that one of them can be lost: before something is removed that a table once knew. */
  async writeBoth(make: () => Omit<ShardTable, 'generation'>): Promise<void> {
    await this.write(make)
    await this.write(make)
  }

  /** A write that fails is repeated in the same file: the other has the last good table. */
  private async writeNext(content: Omit<ShardTable, 'generation'>): Promise<void> {
    const generation = this.generation + 1
    const path = shardTablePath(this.directory, generation)
    const isNew = !(await this.fileSystem.list(this.directory)).includes(`shards.${generation % 2}`)
    const file = await this.fileSystem.open(path, isNew ? 'create' : 'write')
    try {
      await file.write([encodeShardTable({ ...content, generation })], 0)
      await file.datasync()
    } finally {
      await file.close()
    }
    // Also where it is not new: the sync may have failed when it was.
    if (generation <= 2) await this.fileSystem.syncDirectory(this.directory)
    this.generation = generation
  }
}

async function readAll(fileSystem: FileSystem, path: string): Promise<Buffer> {
  const file = await fileSystem.open(path, 'read')
  try {
    const bytes = Buffer.allocUnsafeSlow(await file.size())
    return bytes.subarray(0, await file.read(bytes, 0))
  } finally {
    await file.close()
  }
}
