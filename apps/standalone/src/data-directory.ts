import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What lies in `MILLRACE_DATA`. Only its owner may look inside: records, keys and credentials are in it. */
export interface DataDirectory {
  readonly log: string
  readonly postgres: string
  readonly tls: string
  /** In the AWS shared-credentials format, profile `default`. */
  readonly credentials: string
}

export function openDataDirectory(path: string): DataDirectory {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  chmodSync(path, 0o700)
  return {
    log: join(path, 'log'),
    postgres: join(path, 'postgres'),
    tls: join(path, 'tls'),
    credentials: join(path, 'credentials'),
  }
}

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Replaced whole, so that a reader never sees half of it; left alone where it says the same already. */
export function writeCredentials(file: string, { accessKeyId, secretAccessKey }: Credentials): void {
  const text = `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`
  if (readText(file) === text) return
  writeFileSync(`${file}.new`, text, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
