/**
 * The packed form of a batch of records of one shard, as it travels from the edge to the shard's owner, is written to the log,
 * held in the tail and read back. Never renumber or reorder: it is on disk.
 *
 *     record := dataLength u32 LE | keyLength u16 LE | flags u16 LE | key (UTF-8) | data
 *
 * `flags` bit 0: the record has no partition key (AUTO distribution). Others are zero. Records follow each other without padding.
 */
export const recordHeaderBytes = 8
export const recordFlagNoKey = 1

/** Bytes that a record takes in a block. */
export function recordBytes(keyLength: number, dataLength: number): number {
  return recordHeaderBytes + keyLength + dataLength
}

/** Writes a record's header and returns where its key begins. `keyLength` −1: no partition key. */
export function writeRecordHeader(block: Buffer, at: number, keyLength: number, dataLength: number): number {
  block.writeUInt32LE(dataLength, at)
  block.writeUInt16LE(keyLength < 0 ? 0 : keyLength, at + 4)
  block.writeUInt16LE(keyLength < 0 ? recordFlagNoKey : 0, at + 6)
  return at + recordHeaderBytes
}

/** Walks a block without building an object per record. `next()` moves to the next record and says whether there is one. */
export class RecordCursor {
  keyAt = 0
  keyLength = 0
  hasKey = true
  dataAt = 0
  dataLength = 0
  /** Where the record after this one begins. */
  nextAt: number

  constructor(
    readonly block: Buffer,
    at = 0,
    private readonly end = block.length,
  ) {
    this.nextAt = at
  }

  next(): boolean {
    if (this.nextAt >= this.end) return false
    const { block, nextAt } = this
    this.dataLength = block.readUInt32LE(nextAt)
    this.keyLength = block.readUInt16LE(nextAt + 4)
    this.hasKey = (block.readUInt16LE(nextAt + 6) & recordFlagNoKey) === 0
    this.keyAt = nextAt + recordHeaderBytes
    this.dataAt = this.keyAt + this.keyLength
    this.nextAt = this.dataAt + this.dataLength
    if (this.nextAt > this.end) throw new Error(`a record of ${this.nextAt - nextAt} bytes passes the end of its block`)
    return true
  }

  skip(records: number): void {
    for (let i = 0; i < records && this.next(); i++);
  }
}
