import path from 'node:path'

/**
 * The files of a log:
 *
 *     identity                       32 hex digits: which log this is
 *     lock.<n>                       held by the process that has the log open
 *     shards.0, shards.1             the shard table, written in turn
 *     segments/<16 hex digits>.segment
 *     segments/spare.<16 hex digits>  what is to be a segment, or is given back: blocks that are on the disk, whatever they hold
 */
export function identityPath(directory: string): string {
  return path.join(directory, 'identity')
}

export function shardTablePath(directory: string, generation: number): string {
  return path.join(directory, `shards.${generation % 2}`)
}

export function segmentsPath(directory: string): string {
  return path.join(directory, 'segments')
}

export function segmentPath(directory: string, segmentId: number): string {
  return path.join(segmentsPath(directory), segmentName(segmentId))
}

export function segmentName(segmentId: number): string {
  return `${segmentId.toString(16).padStart(16, '0')}.segment`
}

export function segmentIdOf(name: string): number | undefined {
  const digits = /^([0-9a-f]{16})\.segment$/.exec(name)?.[1]
  return digits === undefined ? undefined : Number.parseInt(digits, 16)
}

export function spareName(number: number): string {
  return `spare.${number.toString(16).padStart(16, '0')}`
}

export function spareNumberOf(name: string): number | undefined {
  const digits = /^spare\.([0-9a-f]{16})$/.exec(name)?.[1]
  return digits === undefined ? undefined : Number.parseInt(digits, 16)
}
