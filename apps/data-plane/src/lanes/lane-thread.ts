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
import { LoopHold } from '@millrace/service-kit'
import { withAdminPaths } from '../admin/admin-paths.js'
import { rootAuthorizer } from '../authorize/root-authorizer.js'
import { Lane } from '../lane/lane.js'
import { LaneMeters } from '../metrics/lane-meters.js'
import { laneSamples } from '../metrics/lane-metrics.js'
import { LaneLoads } from '../share/lane-loads.js'
import { serveMovedWork, sharingWork } from '../share/share-work.js'
import { keeperChannel } from './keeper-channel.js'
import type { LaneBoot } from './lane-boot.js'
import { remoteAdmin, sendLog } from './main-thread.js'

/** How often shards are trimmed, so that files go when nothing in them lives. */
const trimEveryMs = 10_000
/** How often the log rolls segments by age and tells the keeper what was trimmed, and subscriptions end or show that they live. */
const tickEveryMs = 1000

/** One event loop, wired by hand, started and stopped by the main thread. */
export class LaneThread {
  private readonly log: ReturnType<typeof sendLog>

  constructor(
    private readonly main: PortRpc,
    private readonly boot: LaneBoot,
  ) {
    this.log = sendLog(main, boot.address.lane)
    main.serve('start', () => this.start())
    main.serve('turn', async () => undefined)
  }

  private async start(): Promise<void> {
    const { main, boot } = this
    const meters = new LaneMeters()
    const store = await this.openLog(meters)
    const lane = new Lane({
      address: boot.address,
      store,
      controlPlane: remoteControlPlane(main),
      authorizer: rootAuthorizer,
      clock: systemClock,
      throughput: boot.throughput,
      tailBytesMax: boot.tailBytesMax,
      answerRoom: new AnswerRoom(new ByteBudget(boot.shared.responseBytes)),
      onFault: (fault) => this.log('error', 'a request failed for a reason of our own', { fault }),
      meters,
    })
    const handle = this.joinPeers(lane)
    serveDataPlane(main, lane.shards)
    await this.firstState(lane)
    const listener = await this.listen(handle)
    const ticking = setInterval(() => {
      void store.tick()
      lane.shards.subscriptions.tick()
    }, tickEveryMs)
    const trimming = setInterval(() => void lane.shards.trim(), trimEveryMs)
    this.serveSamples(lane, listener, meters)
    main.listen('renewTls', (identity: TlsIdentity) => listener.renewTls(identity))
    main.serve('drain', () => this.drain(lane, listener))
    main.serve('stop', () => this.stop(store, [ticking, trimming]))
  }

  private openLog({ disk }: LaneMeters): Promise<LaneLog> {
    return openLaneLog({
      directory: this.boot.logDirectory,
      channel: keeperChannel(this.boot.keeper),
      fileSystem: measuredFileSystem(nodeFileSystem, disk),
      report: (report) => this.log('warn', 'the record log reports', { ...report }),
    })
  }

  /** Leads from and to the shards of the other lanes, and shares work with them. */
  private joinPeers(lane: Lane): WireHandler {
    const loads = new LaneLoads(this.boot.shared.loads, this.boot.address.lane)
    const peers = new Map<number, PortRpc>()
    for (const { address, port } of this.boot.peers) {
      const rpc = new PortRpc(port as Channel)
      serveShardOwner(rpc, lane.shards)
      serveMovedWork(rpc, lane.handle, loads)
      lane.owners.add(address, remoteShardOwner(rpc))
      peers.set(address.lane, rpc)
    }
    return sharingWork(lane.handle, loads, peers)
  }

  /** No request is taken before the lane knows the streams. */
  private firstState(lane: Lane): Promise<void> {
    return new Promise((resolve) => {
      remoteClusterStateFeed(this.main).watch(async (update) => {
        await lane.apply(update)
        if (!update.more) resolve()
      })
    })
  }

  private async listen(handle: WireHandler): Promise<Listener> {
    const { requestBytes, responseBytes } = this.boot.shared
    const listener = createListener({
      handler: this.boot.adminAtEndpoint ? withAdminPaths(handle, remoteAdmin(this.main)) : handle,
      tls: this.boot.tls,
      limits: { connectionsMax: this.boot.connectionsMax },
      budget: { requests: new ByteBudget(requestBytes), responses: new ByteBudget(responseBytes) },
      report: ({ what, error }) => this.log('error', what, { error }),
    })
    if (this.boot.listen) await listener.listen(this.boot.listen)
    return listener
  }

  private serveSamples(lane: Lane, listener: Listener, meters: LaneMeters): void {
    const hold = new LoopHold()
    this.main.serve('samples', async () => [
      ...laneSamples({
        lane: this.boot.address.lane,
        meters,
        listener: listener.counters,
        tailBytes: lane.tail.heldBytes,
        subscriptions: lane.shards.subscriptions.count,
        loopHoldMaxMs: hold.takeMaxMs(),
      }),
      ...(await lane.shards.samples()),
    ])
  }

  /** Takes no more requests, and answers those that it has. Its shards serve other lanes meanwhile. */
  private async drain(lane: Lane, listener: Listener): Promise<void> {
    lane.endSubscriptions()
    await listener.close(this.boot.drainMs)
  }

  private async stop(store: LaneLog, timers: readonly NodeJS.Timeout[]): Promise<void> {
    timers.forEach(clearInterval)
    await store.close()
  }
}
