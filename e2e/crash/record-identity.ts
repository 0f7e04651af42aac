import { createHash, randomBytes } from 'node:crypto'
import type { Random } from './random.js'

/**
 * Every record tells who it is: its partition key carries an id and the length of its data, and the data follows from the id. So whatever is
 * read is checked byte for byte, and the ledger keeps a number instead of a record.
 */
export interface TestRecord {
  readonly id: number
  readonly partitionKey: string
  readonly data: Buffer
}

const poolBytes = 4 * 1024 * 1024
const dataBytesMax = 1024 * 1024 - 1024
const pool = randomBytes(poolBytes)

/** Characters of one to four bytes in UTF-8, and what JSON escapes. */
const paddings = ['', 'é', '漢字', '😀', '"\\', '\u0001\t', '/', 'x'.repeat(100)]

let lastId = 0

export function makeRecord(random: Random): TestRecord {
  const id = ++lastId
  return recordOf(id, random.chance(0.005) ? random.integer(100_000, dataBytesMax) : random.magnitude(0, 20_000))
}

function recordOf(id: number, bytes: number): TestRecord {
  const partitionKey = `${id.toString(36)}.${bytes.toString(36)}.${paddings[id % paddings.length]}`
  const at = Number((BigInt(id) * 2_654_435_761n) % BigInt(poolBytes - dataBytesMax))
  return { id, partitionKey, data: pool.subarray(at, at + bytes) }
}

/** The id of a record that was read; undefined where key or data are not what was put. */
export function identify(partitionKey: string, data: Buffer): number | undefined {
  const [id, bytes] = partitionKey.split('.').map((part) => Number.parseInt(part, 36))
  if (id === undefined || bytes === undefined || !(id > 0 && id <= lastId)) return undefined
  const expected = recordOf(id, bytes)
  return expected.partitionKey === partitionKey && expected.data.equals(data) ? id : undefined
}

/** Where AWS's rule puts a record: the MD5 of its key as a number. */
export function hashKeyOf(partitionKey: string): bigint {
  return BigInt(`0x${createHash('md5').update(partitionKey).digest('hex')}`)
}
