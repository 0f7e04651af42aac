import type { FileSystem } from '../file-system/file-system.js'
import { identityPath } from '../format/names.js'

/** The log's id, 32 hex digits. Made where the directory has none: under another name first, so that a crash leaves all of it or nothing. */
export async function readIdentity(fileSystem: FileSystem, directory: string, newLogId: () => string): Promise<string> {
  const names = await fileSystem.list(directory)
  const path = identityPath(directory)
  if (names.includes('identity')) {
    const file = await fileSystem.open(path, 'read')
    const bytes = Buffer.alloc(32)
    await file.read(bytes, 0)
    await file.close()
    const logId = bytes.toString('latin1')
    if (!/^[0-9a-f]{32}$/.test(logId)) throw new Error(`${path} is not the identity of a log`)
    return logId
  }
  const unfinished = `${path}.new`
  if (names.includes('identity.new')) await fileSystem.remove(unfinished)
  const logId = newLogId()
  const file = await fileSystem.open(unfinished, 'create')
  await file.write([Buffer.from(`${logId}\n`)], 0)
  await file.datasync()
  await file.close()
  await fileSystem.rename(unfinished, path)
  await fileSystem.syncDirectory(directory)
  return logId
}
