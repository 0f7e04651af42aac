import type { RolledSegment } from '../channel/messages.js'
import type { LogFile } from '../file-system/file-system.js'
import type { BatchCursor } from '../format/batch-header.js'
import { segmentPath } from '../format/names.js'
import type { Report } from '../report.js'
import { readIndex } from '../segment/footer-file.js'
import { pieceOf } from '../segment/piece.js'
import type { SegmentIndex, ShardSummary } from '../segment/segment-index.js'
import { isIntact, shardBatches } from '../segment/shard-batches.js'
import type { Catalog, CatalogSegment } from './catalog.js'
import { SegmentOutput, type SegmentOutputOptions } from './segment-output.js'

export interface CompactionOptions extends Omit<SegmentOutputOptions, 'allotment'> {
  readonly catalog: Catalog
  readonly segmentBytes: number
  readonly allot: () => SegmentOutputOptions['allotment']
  readonly report: Report
}

interface Input {
  readonly segment: CatalogSegment
  readonly file: LogFile
  readonly index: SegmentIndex
}

/** A segment is rolled before its index is larger. */
const indexEntriesMax = 100_000
const nothing = Buffer.alloc(0)

/**
 * Writes what lives in some segments anew, sorted by shard. It goes on as far as its caller asks for: each step says how many
 * bytes it read.
 */
export class Compaction {
  private readonly outputs: SegmentOutput[] = []
  private readonly finished: RolledSegment[] = []

  constructor(
    private readonly inputs: readonly CatalogSegment[],
    private readonly options: CompactionOptions,
  ) {}

  /** Returns the new segments, durable; until the shard table names them they count for nothing. */
  async *run(): AsyncGenerator<number, readonly RolledSegment[]> {
    const inputs: Input[] = []
    try {
      for (const segment of this.inputs) inputs.push(await this.open(segment))
      const keyTexts = new Set(this.inputs.flatMap(({ shards }) => [...shards.keys()]))
      for (const keyText of [...keyTexts].sort()) yield* this.copyShard(keyText, inputs)
      await this.finishOutput()
      return this.finished
    } catch (error) {
      for (const output of this.outputs) await output.discard().catch(() => {})
      throw error
    } finally {
      for (const { file } of inputs) await file.close().catch(() => {})
    }
  }

  private async open(segment: CatalogSegment): Promise<Input> {
    const { fileSystem, directory, report } = this.options
    const { segmentId } = segment
    const file = await fileSystem.open(segmentPath(directory, segmentId), 'read')
    return { segment, file, index: await readIndex(file, segmentId, report) }
  }

  private async *copyShard(keyText: string, inputs: readonly Input[]): AsyncGenerator<number, void> {
    const { catalog } = this.options
    const held = inputs.flatMap((input) => {
      const summary = input.segment.shards.get(keyText)
      return summary && catalog.isLive(keyText, summary) ? [{ input, summary }] : []
    })
    held.sort((a, b) => a.summary.baseOffset - b.summary.baseOffset)
    const shardKey = Buffer.from(keyText, 'latin1')
    for (const { input } of held) yield* this.copyExtents(shardKey, input)
    const last = held.at(-1)
    if (last) await this.close(shardKey, last.summary)
  }

  private async *copyExtents(shardKey: Buffer, { file, index }: Input): AsyncGenerator<number, void> {
    const { catalog, report } = this.options
    const trimBeforeMs = catalog.trimBeforeMs(shardKey.toString('latin1'))
    const extents = index.extentsOf(shardKey)
    for (let next = 0; extents && next < extents.count; ) {
      const piece = pieceOf(extents, next, Number.POSITIVE_INFINITY)
      const bytes = Buffer.allocUnsafeSlow(piece.bytes)
      const bytesRead = await file.read(bytes, piece.position)
      for (const batch of shardBatches(bytes.subarray(0, bytesRead), piece.position, index.mark, shardKey, report)) {
        if (batch.arrivalMs >= trimBeforeMs && isIntact(batch, piece.position, index.mark, report))
          await this.copy(batch, shardKey)
      }
      next = piece.nextExtent
      yield piece.bytes
    }
  }

  private async copy(batch: BatchCursor, shardKey: Buffer): Promise<void> {
    const { kind, baseOffset, recordCount, arrivalMs } = batch
    const fields = {
      kind,
      shardKey,
      baseOffset,
      recordCount,
      arrivalMs,
      payload: batch.payload(),
      encryption: batch.encryption(),
    }
    const output = await this.output(batch.payloadBytes)
    await output.add(fields)
  }

  /** Says of the shard what its batches do not: that it is closed, or that offsets behind the last were given. */
  private async close(shardKey: Buffer, { sealed, endOffset, lastArrivalMs }: ShardSummary): Promise<void> {
    const output = await this.output(0)
    const kind = sealed ? 'seal' : 'advance'
    const fields = { kind, shardKey, baseOffset: endOffset, recordCount: 0, arrivalMs: lastArrivalMs, payload: nothing } as const
    await output.add(fields)
  }

  private async output(payloadBytes: number): Promise<SegmentOutput> {
    const last = this.outputs.at(-1)
    const isFull = last && (last.position + payloadBytes > this.options.segmentBytes || last.index.entries >= indexEntriesMax)
    if (isFull) await this.finishOutput()
    const open = this.outputs.at(-1)
    if (open && this.outputs.length > this.finished.length) return open
    const output = await SegmentOutput.create({ ...this.options, allotment: this.options.allot() })
    this.outputs.push(output)
    return output
  }

  private async finishOutput(): Promise<void> {
    const open = this.outputs.at(-1)
    if (open && this.outputs.length > this.finished.length) this.finished.push(await open.finish())
  }
}
