import { RecordCursor, recordHeaderBytes, type ThroughputLimits } from '@millrace/model'
import { TokenBucket } from '@millrace/streams'

/** A shard's throughput; on AWS 1 MiB/s and 1,000 records/s in, 5 calls/s and 2 MiB/s out, 5 iterators/s. */
export class ShardRates {
  private readonly writeBytes: TokenBucket
  private readonly writeRecords: TokenBucket
  private readonly readCalls: TokenBucket
  private readonly readBytes: TokenBucket
  private readonly iteratorCalls: TokenBucket

  constructor(limits: ThroughputLimits, nowMs: number) {
    this.writeBytes = new TokenBucket(limits.writeBytesPerShardPerSecond, nowMs)
    this.writeRecords = new TokenBucket(limits.writeRecordsPerShardPerSecond, nowMs)
    this.readCalls = new TokenBucket(limits.getCallsPerShardPerSecond, nowMs)
    this.readBytes = new TokenBucket(limits.readBytesPerShardPerSecond, nowMs)
    this.iteratorCalls = new TokenBucket(limits.getShardIteratorCallsPerShardPerSecond, nowMs)
  }

  /** Decides record by record; positions of those that are not admitted, rising. */
  throttledOf(block: Buffer, nowMs: number): number[] {
    const throttled: number[] = []
    const cursor = new RecordCursor(block)
    for (let position = 0; cursor.next(); position++) {
      if (this.writeBytes.has(nowMs) && this.writeRecords.has(nowMs)) {
        this.writeBytes.take(cursor.keyLength + cursor.dataLength)
        this.writeRecords.take(1)
      } else {
        throttled.push(position)
      }
    }
    return throttled
  }

  /** Undefined: the call is admitted. */
  refusedRead(nowMs: number): 'calls' | 'bytes' | undefined {
    if (!this.readCalls.has(nowMs)) return 'calls'
    if (!this.readBytes.has(nowMs)) return 'bytes'
    this.readCalls.take(1)
    return undefined
  }

  refusesIterator(nowMs: number): boolean {
    if (!this.iteratorCalls.has(nowMs)) return true
    this.iteratorCalls.take(1)
    return false
  }

  /** What a page held; a large one is paid for by the calls that follow. */
  paid(pageBytes: number): void {
    this.readBytes.take(pageBytes)
  }
}

/** A block without the records at `positions` (rising), in a buffer of its own. */
export function withoutRecords(block: Buffer, positions: readonly number[]): Buffer {
  const kept: Buffer[] = []
  const cursor = new RecordCursor(block)
  for (let position = 0, next = 0; cursor.next(); position++) {
    if (position === positions[next]) next++
    else kept.push(block.subarray(cursor.keyAt - recordHeaderBytes, cursor.nextAt))
  }
  return Buffer.concat(kept)
}
