/**
 * What has gone through a shard, or through all shards of a lane: sums that only rise, added to once for each batch. A shard's
 * traffic is also its lane's.
 */
export class Traffic {
  incomingRecords = 0
  /** Data and partition keys, here and in `outgoingBytes`. */
  incomingBytes = 0
  /** Records that found no room in the shard's rate. */
  throttledRecords = 0
  outgoingRecords = 0
  outgoingBytes = 0
  /** Reads that found no room in the shard's rate. */
  throttledReads = 0
  /** Of the last read: how far what it returned lies behind the newest record. */
  readAgeMs = 0

  constructor(private readonly lane?: Traffic) {}

  wrote(records: number, bytes: number): void {
    this.incomingRecords += records
    this.incomingBytes += bytes
    this.lane?.wrote(records, bytes)
  }

  refusedRecords(records: number): void {
    this.throttledRecords += records
    this.lane?.refusedRecords(records)
  }

  read(records: number, bytes: number, ageMs: number): void {
    this.outgoingRecords += records
    this.outgoingBytes += bytes
    this.readAgeMs = ageMs
    this.lane?.read(records, bytes, ageMs)
  }

  refusedRead(): void {
    this.throttledReads++
    this.lane?.refusedRead()
  }
}
