import { randomBytes } from 'node:crypto'
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { removeInSteps } from './remove-in-steps.js'

export interface DiskFigures {
  /** Appending to a growing file, one `fdatasync` per write, MiB/s. */
  readonly perMebibyte: number
  readonly per16Kibibyte: number
}

const fileBytesMax = 2 * 1024 ** 3

/** What the disk itself takes while nothing else runs, in the folder where the servers keep their data. */
export function probeDisk(folder: string, durationMs: number): DiskFigures {
  return {
    perMebibyte: appendRate(folder, 1024 * 1024, durationMs),
    per16Kibibyte: appendRate(folder, 16 * 1024, durationMs),
  }
}

export function greater(one: DiskFigures, other: DiskFigures): DiskFigures {
  return {
    perMebibyte: Math.max(one.perMebibyte, other.perMebibyte),
    per16Kibibyte: Math.max(one.per16Kibibyte, other.per16Kibibyte),
  }
}

function appendRate(folder: string, writeBytes: number, durationMs: number): number {
  const path = join(folder, 'disk-probe')
  const bytes = randomBytes(writeBytes)
  const file = openSync(path, 'w')
  const beganMs = performance.now()
  let written = 0
  while (performance.now() - beganMs < durationMs && written < fileBytesMax) {
    written += writeSync(file, bytes)
    fdatasyncSync(file)
  }
  const seconds = (performance.now() - beganMs) / 1000
  closeSync(file)
  removeInSteps(path)
  return written / 1024 ** 2 / seconds
}
