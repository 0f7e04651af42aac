import { setImmediate } from 'node:timers/promises'
import type { ShardKey } from '@millrace/model'
import type {
  AppendReply,
  AppendRequest,
  IteratorReply,
  LogBatchView,
  ReadReply,
  ReadRequest,
  ShardOwner,
  SubscribeReply,
  SubscribeRequest,
  SubscriptionId,
  SubscriptionStep,
} from '@millrace/streams'
import type { PortRpc } from './message-port/message-port.rpc.js'

/** The owner of shards in another lane of this process. A buffer goes over whole: see `AppendRequest.buffer`. */
export function remoteShardOwner(rpc: PortRpc): ShardOwner {
  return {
    append: (request) => rpc.call<AppendRequest, AppendReply>('append', request, [request.buffer]),
    read: (request) => rpc.call<ReadRequest, ReadReply>('read', request),
    admitIterator: (shard) => rpc.call<ShardKey, IteratorReply>('admitIterator', shard),
    subscribe: (request) => rpc.call<SubscribeRequest, SubscribeReply>('subscribe', request),
    next: (subscription) => rpc.call<SubscriptionId, SubscriptionStep>('next', subscription),
    unsubscribe: (subscription) => rpc.emit('unsubscribe', subscription),
  }
}

export function serveShardOwner(rpc: PortRpc, owner: ShardOwner): void {
  rpc.serve('append', (request: AppendRequest) => owner.append(request))
  rpc.serve('read', async (request: ReadRequest) => gathered(await owner.read(request)), pageBuffers)
  rpc.serve('admitIterator', (shard: ShardKey) => owner.admitIterator(shard))
  rpc.serve('subscribe', (request: SubscribeRequest) => owner.subscribe(request))
  rpc.serve('next', async (subscription: SubscriptionId) => gathered(await owner.next(subscription)), pageBuffers)
  rpc.listen('unsubscribe', (subscription: SubscriptionId) => owner.unsubscribe(subscription))
}

type Reply = { readonly kind: string; readonly batches?: readonly LogBatchView[] }

/** Copied at one go: about a millisecond's work. */
const turnBytes = 4 * 1024 * 1024

/**
 * A page's records in one buffer of its own, to be given away: they may lie in the tail, as small parts of large buffers, and a
 * message would carry each of those whole.
 */
async function gathered<R extends Reply>(reply: R): Promise<R> {
  if (!reply.batches || reply.batches.length === 0) return reply
  const bytes = reply.batches.reduce((sum, batch) => sum + batch.records.length, 0)
  const whole = Buffer.allocUnsafeSlow(bytes)
  const batches: LogBatchView[] = []
  let at = 0
  let turnEnd = turnBytes
  for (const batch of reply.batches) {
    if (at > turnEnd) {
      await setImmediate()
      turnEnd = at + turnBytes
    }
    whole.set(batch.records, at)
    const records = whole.subarray(at, at + batch.records.length)
    at += batch.records.length
    batches.push({ ...batch, records })
  }
  return { ...reply, batches }
}

function pageBuffers({ batches }: Reply): ArrayBuffer[] {
  return batches && batches.length > 0 ? [batches[0].records.buffer as ArrayBuffer] : []
}
