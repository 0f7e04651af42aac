export interface LogSettings {
  /** A segment is rolled before it passes this size. */
  readonly segmentBytes: number
  /** A segment is rolled when it is this old. */
  readonly segmentAgeMs: number
  /** Appends are refused while less is free on the disk. */
  readonly reserveBytes: number
  /** Appends are refused while more than this waits in a lane. */
  readonly queueBytesMax: number
  /** What compaction may read in a tick. */
  readonly compactionBytesPerTick: number
  /** Files that are kept ready to be segments; see `Spares`. */
  readonly sparesMax: number
  /** Space is given back in steps of this size. */
  readonly returnStepBytes: number
  /** Of each lane. */
  readonly footerCacheBytes: number
  readonly filesOpenMax: number
}

const mib = 1024 * 1024

export const defaultLogSettings: LogSettings = {
  segmentBytes: 128 * mib,
  segmentAgeMs: 3_600_000,
  reserveBytes: 64 * mib,
  queueBytesMax: 256 * mib,
  compactionBytesPerTick: 16 * mib,
  sparesMax: 4,
  returnStepBytes: 4 * mib,
  footerCacheBytes: 32 * mib,
  filesOpenMax: 256,
}
