import type { ShardKey } from '@millrace/model'
import type { DataPlane, SealReply } from '@millrace/streams'
import type { PortRpc } from './message-port/message-port.rpc.js'

/** The lanes of one node in this process; `lanes`: by their numbers. */
export function remoteDataPlane(lanes: readonly PortRpc[]): DataPlane {
  return { seal: ({ lane }, shards) => lanes[lane].call<readonly ShardKey[], readonly SealReply[]>('seal', shards) }
}

/** What a lane answers of it. */
export function serveDataPlane(rpc: PortRpc, lane: { seal(shards: readonly ShardKey[]): Promise<readonly SealReply[]> }): void {
  rpc.serve('seal', (shards: readonly ShardKey[]) => lane.seal(shards))
}
