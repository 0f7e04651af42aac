import { parentPort, workerData } from 'node:worker_threads'
import { AnswerRoom, ByteBudget, createListener, type Listener, type TlsIdentity, type WireHandler } from '@millrace/aws-wire'
import { type LaneLog, measuredFileSystem, nodeFileSystem, openLaneLog } from '@millrace/log-store-segment'
import { systemClock } from '@millrace/model'
import {
  type Channel,
  PortRpc,
  remoteClusterStateFeed,
  remoteControlPlane,
  remoteShardOwner,
  serveDataPlane,
  serveShardOwner,
} from '@millrace/rpc'
import { withAdminPaths } from '../admin/admin-paths.js'
import { rootAuthorizer } from '../authorize/root-authorizer.js'
import { Lane } from '../lane/lane.js'
import { LaneMeters } from '../metrics/lane-meters.js'
import { laneSamples } from '../metrics/lane-metrics.js'
import { LaneLoads } from '../share/lane-loads.js'
import { serveMovedWork, sharingWork } from '../share/share-work.js'
import { keeperChannel } from './keeper-channel.js'
import type { LaneBoot } from './lane-boot.js'
import { LoopHold } from './loop-hold.js'
import { remoteAdmin, sendLog } from './main-thread.js'

/** The entry of a lane's thread: one event loop, wired by hand, started and stopped by the main thread. */
const boot = workerData as LaneBoot
if (!parentPort) throw new Error('a lane is started by the data plane, not by hand')
const main = new PortRpc(parentPort as Channel)
const log = sendLog(main, boot.address.lane)

/** How often shards are trimmed, so that files go when nothing in them lives. */
const trimEveryMs = 10_000
/** How often the log rolls segments by age and tells the keeper what was trimmed, and subscriptions end or show that they live. */
const tickEveryMs = 1000

main.serve('start', async () => {
  const meters = new LaneMeters()
  const store = await openLog(meters)
  const lane = new Lane({
    address: boot.address,
    store,
    controlPlane: remoteControlPlane(main),
    authorizer: rootAuthorizer,
    clock: systemClock,
    throughput: boot.throughput,
    tailBytesMax: boot.tailBytesMax,
    answerRoom: new AnswerRoom(new ByteBudget(boot.shared.responseBytes)),
    onFault: (fault) => log('error', 'a request failed for a reason of our own', { fault }),
    meters,
  })
  const handle = joinPeers(lane)
  serveDataPlane(main, lane.shards)
  await firstState(lane)
  const listener = await listen(handle)
  const ticking = setInterval(() => {
    void store.tick()
    lane.shards.subscriptions.tick()
  }, tickEveryMs)
  const trimming = setInterval(() => lane.shards.trim(), trimEveryMs)
  const hold = new LoopHold()
  main.serve('samples', async () => [
    ...laneSamples({
      lane: boot.address.lane,
      meters,
      listener: listener.counters,
      tailBytes: lane.tail.heldBytes,
      subscriptions: lane.shards.subscriptions.count,
      loopHoldMaxMs: hold.takeMaxMs(),
    }),
    ...(await lane.shards.samples()),
  ])
  main.listen('renewTls', (identity: TlsIdentity) => listener.renewTls(identity))
  main.serve('stop', () => stopLane(lane, listener, store, [ticking, trimming]))
})

function openLog({ disk }: LaneMeters): Promise<LaneLog> {
  return openLaneLog({
    directory: boot.logDirectory,
    channel: keeperChannel(boot.keeper),
    fileSystem: measuredFileSystem(nodeFileSystem, disk),
    report: (report) => log('warn', 'the record log reports', { ...report }),
  })
}

/** Leads from and to the shards of the other lanes, and shares work with them. */
function joinPeers(lane: Lane): WireHandler {
  const loads = new LaneLoads(boot.shared.loads, boot.address.lane)
  const peers = new Map<number, PortRpc>()
  for (const { address, port } of boot.peers) {
    const rpc = new PortRpc(port as Channel)
    serveShardOwner(rpc, lane.shards)
    serveMovedWork(rpc, lane.handle, loads)
    lane.owners.add(address, remoteShardOwner(rpc))
    peers.set(address.lane, rpc)
  }
  return sharingWork(lane.handle, loads, peers)
}

/** No request is taken before the lane knows the streams. */
function firstState(lane: Lane): Promise<void> {
  return new Promise((resolve) => {
    remoteClusterStateFeed(main).watch((update) => {
      lane.apply(update)
      resolve()
    })
  })
}

async function listen(handle: WireHandler): Promise<Listener> {
  const { requestBytes, responseBytes } = boot.shared
  const listener = createListener({
    handler: boot.adminAtEndpoint ? withAdminPaths(handle, remoteAdmin(main)) : handle,
    tls: boot.tls,
    budget: { requests: new ByteBudget(requestBytes), responses: new ByteBudget(responseBytes) },
    report: ({ what, error }) => log('error', what, { error }),
  })
  if (boot.listen) await listener.listen(boot.listen)
  return listener
}

async function stopLane(lane: Lane, listener: Listener, store: LaneLog, timers: readonly NodeJS.Timeout[]): Promise<void> {
  timers.forEach(clearInterval)
  lane.shards.subscriptions.stop()
  await listener.close(boot.drainMs)
  await store.close()
}
