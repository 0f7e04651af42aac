/** Of one step; also what a crash may leave behind the last batch, and what a lane's segment takes beyond its batches. */
const stepBytesMax = 1024 * 1024
/** A write that is larger pays for its bytes, not for the journal: zeros would double them. */
const writeBytesMax = 64 * 1024
const zeros = Buffer.alloc(stepBytesMax)

/**
 * Writes a segment's file a step ahead of its batches. An `fdatasync` of a file that grows has the file system commit its journal;
 * one that finds the blocks written before has only the bytes to wait for, in half the time. The zeros go out behind a batch, in the
 * same write, so that none can ever come to lie on a batch. A step is as long as what the segment holds so far: what holds little
 * takes little.
 */
export class ZeroAhead {
  constructor(
    /** The file has been written up to here. */
    private writtenBytes: number,
    private readonly segmentBytes: number,
  ) {}

  /** What is to follow a write of `start` to `end`. */
  behind(start: number, end: number): readonly Buffer[] {
    if (end <= this.writtenBytes) return []
    this.writtenBytes = end
    const stepBytes = Math.min(end, stepBytesMax, this.segmentBytes - end)
    if (end - start > writeBytesMax || stepBytes <= 0) return []
    this.writtenBytes = end + stepBytes
    return [zeros.subarray(0, stepBytes)]
  }
}
