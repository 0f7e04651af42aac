/** What AWS encodes in a sequence number of 56 decimal digits; the tests take it apart by hand. */
export interface SequenceParts {
  readonly creationSeconds: number
  readonly counter: bigint
  readonly arrivalSeconds: number
  readonly shard: number
}

/** In hex: 2, creation (9), lowest digit of the shard (1), counter (16), 00, arrival (9), shard (8), 2. */
const form = /^2([0-9a-f]{9})([0-9a-f])([0-9a-f]{16})00([0-9a-f]{9})([0-9a-f]{8})2$/

export function sequenceParts(sequenceNumber: string): SequenceParts {
  if (!/^49\d{54}$/.test(sequenceNumber)) throw new Error(`not 56 digits that start with 49: ${sequenceNumber}`)
  const hex = BigInt(sequenceNumber).toString(16)
  const [, creation = '', nibble = '', counter = '', arrival = '', shard = ''] = form.exec(hex) ?? []
  if (creation === '') throw new Error(`not of the form of a sequence number: ${hex}`)
  if (shard.at(-1) !== nibble) throw new Error(`two shards in one sequence number: ${hex}`)
  return {
    creationSeconds: Number.parseInt(creation, 16),
    counter: BigInt(`0x${counter}`),
    arrivalSeconds: Number.parseInt(arrival, 16),
    shard: Number.parseInt(shard, 16),
  }
}

/** The decimal form of a sequence number written in hex. */
export const fromHex = (hex: string): string => BigInt(`0x${hex}`).toString()
