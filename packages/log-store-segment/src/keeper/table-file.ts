import type { FileSystem } from '../file-system/file-system.js'
import { shardTablePath } from '../format/names.js'
import { decodeShardTable, encodeShardTable, type ShardTable } from '../format/shard-table.js'

/** The newest intact table of the two that are written in turn; undefined where there is none. */
export async function readShardTable(fileSystem: FileSystem, directory: string): Promise<ShardTable | undefined> {
  const names = new Set(await fileSystem.list(directory))
  const tables: ShardTable[] = []
  for (const slot of [0, 1]) {
    if (!names.has(`shards.${slot}`)) continue
    const table = decodeShardTable(await readAll(fileSystem, shardTablePath(directory, slot)))
    if (table) tables.push(table)
  }
  return tables.sort((a, b) => b.generation - a.generation)[0]
}

/** Resolves when the table is durable. */
export async function writeShardTable(fileSystem: FileSystem, directory: string, table: ShardTable): Promise<void> {
  const path = shardTablePath(directory, table.generation)
  const isNew = !(await fileSystem.list(directory)).includes(`shards.${table.generation % 2}`)
  const file = await fileSystem.open(path, isNew ? 'create' : 'write')
  try {
    await file.write([encodeShardTable(table)], 0)
    await file.datasync()
  } finally {
    await file.close()
  }
  if (isNew) await fileSystem.syncDirectory(directory)
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
