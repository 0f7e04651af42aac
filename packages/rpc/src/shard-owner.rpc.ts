import type { ShardKey } from '@millrace/model'
import type { AppendReply, AppendRequest, EndReply, ReadReply, ReadRequest, ShardOwner } from '@millrace/streams'
import type { PortRpc } from './message-port/message-port.rpc.js'

/** The owner of shards in another lane of this process. A buffer goes over whole: see `AppendRequest.buffer`. */
export function remoteShardOwner(rpc: PortRpc): ShardOwner {
  return {
    append: (request) => rpc.call<AppendRequest, AppendReply>('append', request, [request.buffer]),
    read: (request) => rpc.call<ReadRequest, ReadReply>('read', request),
    end: (shard) => rpc.call<ShardKey, EndReply>('end', shard),
  }
}

export function serveShardOwner(rpc: PortRpc, owner: ShardOwner): void {
  rpc.serve('append', (request: AppendRequest) => owner.append(request))
  rpc.serve('read', async (request: ReadRequest) => gathered(await owner.read(request)), pageBuffers)
  rpc.serve('end', (shard: ShardKey) => owner.end(shard))
}

/**
 * A page's records in one buffer of its own, to be given away: they may lie in the tail, as small parts of large buffers, and a
 * message would carry each of those whole.
 */
function gathered(reply: ReadReply): ReadReply {
  if (reply.kind !== 'page' || reply.batches.length === 0) return reply
  const bytes = reply.batches.reduce((sum, batch) => sum + batch.records.length, 0)
  const whole = new Uint8Array(new ArrayBuffer(bytes))
  let at = 0
  const batches = reply.batches.map((batch) => {
    whole.set(batch.records, at)
    const records = whole.subarray(at, at + batch.records.length)
    at += batch.records.length
    return { ...batch, records }
  })
  return { ...reply, batches }
}

function pageBuffers(reply: ReadReply): ArrayBuffer[] {
  return reply.kind === 'page' && reply.batches.length > 0 ? [reply.batches[0].records.buffer as ArrayBuffer] : []
}
