import { setImmediate } from 'node:timers/promises'
import type { PutSource } from '@millrace/aws-wire'
import { type StreamId, writeRecordHeader } from '@millrace/model'
import type { AppendRequest, LaneAddress } from '@millrace/streams'
import { addressText } from '../route/owners.js'
import type { PutPlan } from './put-plan.js'

/** All that a request has for one owner. */
export interface OwnerBatch {
  readonly address: LaneAddress
  /** Indexes of the plan's parts, in the order of the request's parts. */
  readonly parts: readonly number[]
  readonly request: AppendRequest
}

/** Decoded at one go: about a millisecond's work. What is longer lets others have their turn in between. */
const turnBytes = 2 * 1024 * 1024

/**
 * Decodes each pending record once, straight into the one buffer that its owner writes from. `firstPart`: parts before it were
 * dealt with by an earlier attempt. Undefined: a record's bytes are not what the scan took them for.
 */
export async function packPut(
  source: PutSource,
  plan: PutPlan,
  pending: Int32Array,
  firstPart: number,
  streamId: StreamId,
): Promise<OwnerBatch[] | undefined> {
  const owners = layOut(plan, firstPart)
  const at = new Int32Array(plan.parts.length)
  const targets: Buffer[] = []
  for (const owner of owners) {
    const target = Buffer.from(owner.buffer)
    owner.parts.forEach((part, i) => {
      at[part] = owner.offsets[i]
      targets[part] = target
    })
  }
  let turn = 0
  for (let i = 0; i < pending.length; i++) {
    turn += source.dataLength(pending[i])
    if (turn > turnBytes) {
      await setImmediate()
      turn = source.dataLength(pending[i])
    }
    const part = plan.partOf[pending[i]]
    at[part] = writeRecord(source, pending[i], targets[part], at[part])
    if (at[part] < 0) return undefined
  }
  return owners.map((owner) => toBatch(owner, plan, streamId))
}

/** Returns where the next record begins; −1 where the data turns out undecodable. */
function writeRecord(source: PutSource, record: number, target: Buffer, at: number): number {
  const keyLength = source.keyLength(record)
  const dataLength = source.dataLength(record)
  let next = writeRecordHeader(target, at, keyLength, dataLength)
  if (keyLength > 0) {
    source.writeKey(record, target, next)
    next += keyLength
  }
  return source.writeData(record, target, next) ? next + dataLength : -1
}

interface OwnerLayout {
  readonly address: LaneAddress
  readonly buffer: ArrayBuffer
  readonly parts: readonly number[]
  /** Where each part begins in the buffer. */
  readonly offsets: readonly number[]
}

function layOut(plan: PutPlan, firstPart: number): OwnerLayout[] {
  const byOwner = new Map<string, { address: LaneAddress; parts: number[]; offsets: number[]; bytes: number }>()
  for (let part = firstPart; part < plan.parts.length; part++) {
    const { shard, bytes } = plan.parts[part]
    const key = addressText(shard.owner)
    const owner = byOwner.get(key) ?? { address: shard.owner, parts: [], offsets: [], bytes: 0 }
    byOwner.set(key, owner)
    owner.parts.push(part)
    owner.offsets.push(owner.bytes)
    owner.bytes += bytes
  }
  return [...byOwner.values()].map(({ address, parts, offsets, bytes }) => {
    return { address, parts, offsets, buffer: Buffer.allocUnsafeSlow(bytes).buffer as ArrayBuffer }
  })
}

function toBatch(owner: OwnerLayout, plan: PutPlan, streamId: StreamId): OwnerBatch {
  const parts = owner.parts.map((part, i) => ({
    shard: { streamId, shard: plan.parts[part].shard.index },
    byteOffset: owner.offsets[i],
    byteLength: plan.parts[part].bytes,
    recordCount: plan.parts[part].records,
  }))
  return { address: owner.address, parts: owner.parts, request: { buffer: owner.buffer, parts } }
}
