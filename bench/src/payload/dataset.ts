import { createCipheriv } from 'node:crypto'

export interface DatasetShape {
  readonly seed: number
  /** Requests with bodies of their own. */
  readonly bodies: number
  readonly recordsPerBody: number
  readonly recordBytes: number
}

export interface DatasetRecord {
  readonly data: Buffer
  readonly partitionKey: string
}

const keyBytes = 8

/**
 * Random records (a cipher's key stream: incompressible, nothing repeats) that another process makes again from the seed alone, so
 * that what was put by one is compared byte for byte by another. Partition keys are 16 hex digits, all different.
 */
export class Dataset {
  private readonly bytes: Buffer
  private readonly stride: number

  constructor(readonly shape: DatasetShape) {
    this.stride = shape.recordBytes + keyBytes
    const key = Buffer.alloc(16)
    key.writeUInt32LE(shape.seed, 0)
    key.writeUInt32LE(shape.recordBytes, 4)
    const zeros = Buffer.alloc(shape.bodies * shape.recordsPerBody * this.stride)
    this.bytes = createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(zeros)
  }

  record(body: number, position: number): DatasetRecord {
    const at = (body * this.shape.recordsPerBody + position) * this.stride
    return {
      data: this.bytes.subarray(at, at + this.shape.recordBytes),
      partitionKey: this.bytes.toString('hex', at + this.shape.recordBytes, at + this.stride),
    }
  }

  records(body: number): DatasetRecord[] {
    return Array.from({ length: this.shape.recordsPerBody }, (_, position) => this.record(body, position))
  }

  /** Every record by its partition key. */
  byPartitionKey(): Map<string, Buffer> {
    const found = new Map<string, Buffer>()
    for (let body = 0; body < this.shape.bodies; body++) {
      for (const { partitionKey, data } of this.records(body)) found.set(partitionKey, data)
    }
    return found
  }
}
