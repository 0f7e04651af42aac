import { type ConnectionLost, decodeCbor, encodeCbor, type Http1Response, Signer, sha256Hex } from '@millrace/testkit'
import { Dataset } from '../payload/dataset.js'
import { contentTypes } from '../payload/put-body.js'
import { scanText } from './answer-scan.js'
import type { LoadJob } from './job.js'
import type { OpenSlots, Protocol, Slot } from './protocol.js'
import type { Tally } from './tally.js'

export interface ShardToRead {
  readonly stream: string
  readonly shardId: string
}

const recordsPerPageMax = 10_000
/** Pages kept for a full comparison when the row is over: each is some 14 MB. */
const keptMax = 8
const keepOneIn = 16

interface ReadRecord {
  readonly Data: Buffer | string
  readonly PartitionKey: string
  readonly SequenceNumber: string
}

/**
 * Reads shards from TRIM_HORIZON page by page, and from the beginning again where a shard ends. The number of records of a page follows
 * from its length, as all records are alike; the first page and samples are decoded whole and compared with what was put.
 */
export class GetLoad {
  private readonly signer: Signer
  private readonly stored: Map<string, Buffer>
  private readonly kept: { readonly body: Buffer; readonly counted: number }[] = []
  private bytesPerRecord = 0
  private pages = 0

  constructor(
    private readonly job: LoadJob,
    private readonly protocol: Protocol,
    private readonly tally: Tally,
  ) {
    this.signer = new Signer(job.credentials)
    this.stored = new Dataset(job.dataset).byPartitionKey()
  }

  async run(open: OpenSlots, shards: readonly ShardToRead[], isOver: () => boolean): Promise<void> {
    await this.measureFirstPage(open.slots[0] as Slot, shards[0] as ShardToRead)
    await Promise.all(
      open.slots.map(async (slot, i) => {
        const own = shards.filter((_, shard) => shard % open.slots.length === i % shards.length)
        while (!isOver()) for (const shard of own) await this.readShard(slot, shard, isOver)
      }),
    )
  }

  checkKept(): void {
    for (const { body, counted } of this.kept) {
      const fault = this.pageFault(body, counted)
      if (fault === undefined) this.tally.compared()
      else this.tally.failed(fault)
    }
  }

  private async measureFirstPage(slot: Slot, shard: ShardToRead): Promise<void> {
    const iterator = await this.iteratorOf(slot, shard)
    const body = await this.request(slot, 'GetRecords', { ShardIterator: iterator, Limit: recordsPerPageMax }, (page) =>
      Buffer.from(page),
    )
    const records = this.recordsOf(body)
    if (records.length === 0) throw new Error(`nothing to read in ${shard.shardId}`)
    this.bytesPerRecord = body.length / records.length
    const fault = this.pageFault(body, records.length)
    if (fault !== undefined) throw new Error(fault)
  }

  private async readShard(slot: Slot, shard: ShardToRead, isOver: () => boolean): Promise<void> {
    let iterator: string | undefined = await this.iteratorOf(slot, shard)
    while (iterator !== undefined && !isOver()) {
      const sinceMs = performance.now()
      iterator = await this.request(slot, 'GetRecords', { ShardIterator: iterator, Limit: recordsPerPageMax }, (page) =>
        this.take(page, sinceMs),
      )
    }
  }

  /** Counts a page; the next iterator, or undefined where the shard ends. */
  private take(page: Buffer, sinceMs: number): string | undefined {
    const counted = Math.round(page.length / this.bytesPerRecord)
    if (counted < recordsPerPageMax / 20) return undefined
    if (this.tally.isInWindow(performance.now())) this.tally.answered(counted, sinceMs)
    if (this.pages++ % keepOneIn === 0 && this.kept.length < keptMax) this.kept.push({ body: Buffer.from(page), counted })
    return scanText(page, this.job.format, 'NextShardIterator')
  }

  private async iteratorOf(slot: Slot, { stream, shardId }: ShardToRead): Promise<string> {
    const input = { StreamName: stream, ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' }
    const iterator = await this.request(slot, 'GetShardIterator', input, (body) =>
      scanText(body, this.job.format, 'ShardIterator'),
    )
    if (iterator === undefined) throw new Error(`no iterator for ${shardId}`)
    return iterator
  }

  private request<T>(
    slot: Slot,
    operation: string,
    input: Record<string, string | number>,
    take: (body: Buffer) => T,
  ): Promise<T> {
    const body = this.job.format === 'json' ? Buffer.from(JSON.stringify(input)) : encodeCbor(input, 'indefinite')
    const toSign = {
      host: `${this.job.host}:${this.job.port}`,
      target: `Kinesis_20131202.${operation}`,
      contentType: contentTypes[this.job.format],
      bodySha256: sha256Hex(body),
    }
    const head = this.protocol.encodeHead(this.signer.headers(toSign, Date.now()), body.length)
    return new Promise((resolve, reject) => {
      slot.send({ head, body }, (response: Http1Response | ConnectionLost) => {
        if (response.kind === 'lost') reject(new Error(`connection lost: ${response.reason}`))
        else if (response.status !== 200)
          reject(new Error(`${operation} ${response.status}: ${response.body.toString('latin1', 0, 300)}`))
        else resolve(take(response.body))
      })
    })
  }

  private recordsOf(page: Buffer): readonly ReadRecord[] {
    const output = (this.job.format === 'json' ? JSON.parse(page.toString()) : decodeCbor(page)) as {
      Records: readonly ReadRecord[]
    }
    return output.Records
  }

  private pageFault(page: Buffer, counted: number): string | undefined {
    const records = this.recordsOf(page)
    if (Math.abs(records.length - counted) > 1) return `a page of ${records.length} records was counted as ${counted}`
    let last = -1n
    for (const { Data, PartitionKey, SequenceNumber } of records) {
      const data = typeof Data === 'string' ? Buffer.from(Data, 'base64') : Data
      if (!this.stored.get(PartitionKey)?.equals(data)) return `record ${SequenceNumber} is not what was put`
      if (BigInt(SequenceNumber) <= last) return `sequence number ${SequenceNumber} does not rise`
      last = BigInt(SequenceNumber)
    }
    return undefined
  }
}
