/**
 * All that the log asks of a disk. The real one is `node-file-system.ts`; the simulated one (`simulation/`) loses what was not
 * synced. Every call rejects with an error that carries the system's `code` (ENOSPC, EIO).
 */
export interface FileSystem {
  open(path: string, mode: OpenMode): Promise<LogFile>
  /** Names, without the directory; none where the directory does not exist. */
  list(directory: string): Promise<string[]>
  /** With its parents; no error where it exists. */
  makeDirectory(path: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  /** Makes the names in a directory durable. */
  syncDirectory(path: string): Promise<void>
  /** Bytes that may still be written on the disk of `path`. */
  freeBytes(path: string): Promise<number>
  /** One process at a time holds a directory. `holder` is what a second one is told. */
  lock(directory: string, holder: string): Promise<LockOutcome>
}

/**
 * `read` and `write` need a file that exists, `create` one that does not. All of them can be read. `…Durably`: a write resolves when
 * its bytes are on stable storage, with the file's length.
 */
export type OpenMode = 'read' | 'write' | 'create' | 'writeDurably' | 'createDurably'

export type LockOutcome =
  | { readonly ok: true; readonly release: () => Promise<void> }
  | { readonly ok: false; readonly heldBy: string }

export interface LogFile {
  size(): Promise<number>
  /** Fills `target` from `position` on; fewer bytes only where the file ends. */
  read(target: Buffer, position: number): Promise<number>
  /** Writes all of the buffers, one behind the other. The buffers are not changed until it resolves. */
  write(buffers: readonly Buffer[], position: number): Promise<void>
  /** Everything whose write had resolved before the call is on stable storage when it resolves. */
  datasync(): Promise<void>
  truncate(bytes: number): Promise<void>
  close(): Promise<void>
}
