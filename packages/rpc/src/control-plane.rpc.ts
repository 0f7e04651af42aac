import type { DomainError, Result } from '@millrace/model'
import type { ClusterStateFeed, ClusterStateUpdate, ControlPlane, LifecycleCall } from '@millrace/streams'
import type { PortRpc } from './message-port/message-port.rpc.js'

export function remoteControlPlane(rpc: PortRpc): ControlPlane {
  return { invoke: (call) => rpc.call<LifecycleCall, Result<unknown, DomainError>>('invoke', call) }
}

export function serveControlPlane(rpc: PortRpc, controlPlane: ControlPlane, feed: ClusterStateFeed): void {
  rpc.serve('invoke', (call: LifecycleCall) => controlPlane.invoke(call))
  rpc.listen('watch', () => {
    const leave = feed.watch((update) => rpc.call<ClusterStateUpdate, void>('state', update))
    rpc.onClose(leave)
  })
}

/** Updates come in order, the first one complete, and are confirmed when they are in force. One watch for each port. */
export function remoteClusterStateFeed(rpc: PortRpc): ClusterStateFeed {
  return {
    watch(onUpdate) {
      let active = true
      rpc.serve('state', async (update: ClusterStateUpdate) => (active ? onUpdate(update) : undefined))
      rpc.emit('watch', undefined)
      return () => {
        active = false
      }
    },
  }
}
