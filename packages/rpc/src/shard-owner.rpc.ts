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

/** Pages are copied on the way over, not given away: their bytes may lie in the tail. */
export function serveShardOwner(rpc: PortRpc, owner: ShardOwner): void {
  rpc.serve('append', (request: AppendRequest) => owner.append(request))
  rpc.serve('read', (request: ReadRequest) => owner.read(request))
  rpc.serve('end', (shard: ShardKey) => owner.end(shard))
}
