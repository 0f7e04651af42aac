import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Writes a file that is there whole or not at all, also after a loss of power. Only its owner may read it. */
export function writeDurably(file: string, content: string): void {
  const partial = `${file}.partial`
  const descriptor = openSync(partial, 'w', 0o600)
  try {
    writeSync(descriptor, content)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  renameDurably(partial, file)
}

export function renameDurably(from: string, to: string): void {
  renameSync(from, to)
  const descriptor = openSync(dirname(to), 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
