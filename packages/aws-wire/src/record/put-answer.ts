import type { PutForm, Template } from './put-form.js'
import type { PutResults } from './put-records.js'

/** PutRecord's answer; its one record was stored. */
export function putRecordAnswer(results: PutResults, form: PutForm): Buffer {
  const { bytes, digitsAt } = form.single(results.shardIdOf(0), results.encrypted)
  results.writeSequenceNumber(0, bytes, digitsAt)
  return bytes
}

/** PutRecords' answer, written into one buffer: nothing is built per record, only per shard and per distinct error. */
export function putRecordsAnswer(results: PutResults, form: PutForm): Buffer {
  return new PutAnswer(results, form).write()
}

/** Room for an entry of usual size; a longer one makes the buffer grow. */
const entryBytesUsual = 128

class PutAnswer {
  private target: Buffer
  private at = 0
  private readonly templates = new Map<string, Template>()
  private lastError: { readonly code: string; readonly message: string } | undefined
  private lastFailure: Buffer = Buffer.alloc(0)

  constructor(
    private readonly results: PutResults,
    private readonly form: PutForm,
  ) {
    this.target = Buffer.allocUnsafeSlow((results.recordCount + 2) * entryBytesUsual)
  }

  write(): Buffer {
    const { results, form } = this
    this.append(form.open(results.recordCount, results.failedCount))
    for (let record = 0; record < results.recordCount; record++) {
      const error = results.errorOf(record)
      if (error) this.append(this.failureOf(error))
      else this.stored(record)
    }
    if (results.recordCount > 0) this.at -= form.separatorBytes
    this.append(form.close(results.encrypted))
    return this.target.subarray(0, this.at)
  }

  private stored(record: number): void {
    const { bytes, digitsAt } = this.templateOf(this.results.shardIdOf(record))
    const { at } = this
    this.append(bytes)
    this.results.writeSequenceNumber(record, this.target, at + digitsAt)
  }

  private templateOf(shardId: string): Template {
    const known = this.templates.get(shardId)
    if (known) return known
    const template = this.form.stored(shardId)
    this.templates.set(shardId, template)
    return template
  }

  /** Throttled records of one shard share their error. */
  private failureOf(error: { readonly code: string; readonly message: string }): Buffer {
    if (error !== this.lastError) {
      this.lastError = error
      this.lastFailure = this.form.failed(error)
    }
    return this.lastFailure
  }

  private append(bytes: Buffer): void {
    if (this.at + bytes.length > this.target.length) this.grow(bytes.length)
    this.target.set(bytes, this.at)
    this.at += bytes.length
  }

  private grow(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow(2 * this.target.length + bytes)
    this.target.copy(larger, 0, 0, this.at)
    this.target = larger
  }
}
