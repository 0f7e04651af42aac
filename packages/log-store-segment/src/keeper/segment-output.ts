import path from 'node:path'
import type { RetentionClass } from '@millrace/log-store'
import type { RolledSegment, SegmentAllotment } from '../channel/messages.js'
import type { FileSystem, LogFile } from '../file-system/file-system.js'
import { type BatchFields, batchHeaderBytes, encodeBatchHeader } from '../format/batch-header.js'
import { encodeFooter } from '../format/footer.js'
import { segmentPath } from '../format/names.js'
import { encodeSegmentHeader, firstBatchAt } from '../format/segment-header.js'
import { keyTextOf } from '../format/shard-key.js'
import { SegmentIndexBuilder } from '../segment/segment-index.js'

export interface SegmentOutputOptions {
  readonly fileSystem: FileSystem
  readonly directory: string
  readonly logId: string
  readonly retention: RetentionClass
  readonly createdMs: number
  /** Has the space of a segment's file given back. */
  readonly discard: (segmentId: number) => Promise<void>
  readonly allotment: Pick<SegmentAllotment, 'segmentId' | 'seed'>
}

const writeBytes = 1024 * 1024

/** A segment that the compactor writes. It counts for nothing until the shard table names it. */
export class SegmentOutput {
  readonly index: SegmentIndexBuilder
  position = firstBatchAt
  private buffers: Buffer[] = []
  private bufferedBytes = 0

  private constructor(
    private readonly options: SegmentOutputOptions,
    private readonly file: LogFile,
  ) {
    this.index = new SegmentIndexBuilder(options.allotment)
  }

  static async create(options: SegmentOutputOptions): Promise<SegmentOutput> {
    const { fileSystem, directory, logId, retention, createdMs, allotment } = options
    const filePath = segmentPath(directory, allotment.segmentId)
    const file = await fileSystem.open(filePath, 'create')
    const output = new SegmentOutput(options, file)
    await fileSystem.syncDirectory(path.dirname(filePath))
    const header = encodeSegmentHeader({ ...allotment, logId, retention, createdMs, origin: 'compactor', predecessor: undefined })
    await file.write([header, Buffer.alloc(firstBatchAt - header.length)], 0)
    return output
  }

  /** The payload must not change before the next `flush` or `finish`. */
  async add(batch: BatchFields): Promise<void> {
    const { kind, shardKey, baseOffset, recordCount, arrivalMs, payload } = batch
    const bytes = batchHeaderBytes + payload.length
    this.index.add(keyTextOf(shardKey), { kind, baseOffset, recordCount, arrivalMs, position: this.position, bytes })
    this.buffers.push(encodeBatchHeader(batch, this.options.allotment), payload)
    this.bufferedBytes += bytes
    this.position += bytes
    if (this.bufferedBytes >= writeBytes) await this.flush()
  }

  /** Resolves when the segment is durable. */
  async finish(): Promise<RolledSegment> {
    await this.flush()
    const { segmentId } = this.options.allotment
    const footer = encodeFooter(this.options.allotment, this.position, this.index)
    await this.file.write([footer.bytes], this.position)
    await this.file.datasync()
    await this.file.close()
    const fileBytes = this.position + footer.bytes.length
    return { segmentId, retention: this.options.retention, fileBytes, directory: Uint8Array.from(footer.directory) }
  }

  async discard(): Promise<void> {
    await this.file.close().catch(() => {})
    await this.options.discard(this.options.allotment.segmentId)
  }

  private async flush(): Promise<void> {
    const position = this.position - this.bufferedBytes
    if (this.bufferedBytes > 0) await this.file.write(this.buffers, position)
    this.buffers = []
    this.bufferedBytes = 0
  }
}
