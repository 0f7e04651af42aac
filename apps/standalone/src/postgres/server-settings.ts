/** The port only names the socket: nothing listens on the network. */
export const socketPort = 5432

/** What differs from Postgres's defaults: a small server for one client on the same machine, durable without exception. */
export function serverSettings(socketDirectory: string): string[] {
  return [
    'listen_addresses=',
    `port=${socketPort}`,
    `unix_socket_directories="${socketDirectory.replaceAll('"', '""')}"`,
    'unix_socket_permissions=0700',
    'fsync=on',
    'full_page_writes=on',
    'synchronous_commit=on',
    `recovery_init_sync_method=${syncMethod()}`,
    'max_connections=40',
    'shared_buffers=64MB',
    'max_wal_size=256MB',
    'min_wal_size=32MB',
    'wal_level=minimal',
    'max_wal_senders=0',
    'max_replication_slots=0',
    'max_parallel_workers=0',
    // Reads that are so few need no processes of their own.
    'io_method=sync',
    'jit=off',
    // Starts, stops and crashes; a statement's error is told to who sent it, and would let the log grow without end.
    'log_min_messages=log',
    'log_checkpoints=off',
  ]
}

/** How a new database, or one that was not stopped, is put on disk whole: at one go where the system can, else file by file. */
export function syncMethod(): 'syncfs' | 'fsync' {
  return process.platform === 'linux' ? 'syncfs' : 'fsync'
}
