import { url as debuggerUrl } from 'node:inspector'
import { availableParallelism, platform } from 'node:os'
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads'
import { ByteBudget, type TlsIdentity } from '@millrace/aws-wire'
import type { Channel as KeeperChannel } from '@millrace/log-store-segment'
import type { ThroughputLimits } from '@millrace/model'
import { PortRpc, remoteDataPlane, serveControlPlane } from '@millrace/rpc'
import type { ClusterStateFeed, ControlPlane, DataPlane } from '@millrace/streams'
import type { AdminAnswers } from '../admin/admin-paths.js'
import type { DataPlaneSample } from '../metrics/data-plane-metrics.js'
import { LaneLoads } from '../share/lane-loads.js'
import { connectionShare, openFilesMax } from './connection-share.js'
import { freePort } from './free-port.js'
import { keeperChannel } from './keeper-channel.js'
import type { LaneBoot, SharedMemory } from './lane-boot.js'
import { type LaneHang, LaneWatch, watchEveryMs } from './lane-watch.js'
import type { LaneLogEntry } from './main-thread.js'
import { threadChannel } from './thread-channel.js'

export interface LanesOptions {
  /** One for each lane: `startLaneThreads`. */
  readonly threads: readonly Worker[]
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly tls: TlsIdentity
  /** Undefined: lifted, and call rates too. */
  readonly throughput: ThroughputLimits | undefined
  readonly requestBytesMax: number
  readonly responseBytesMax: number
  /** Of all lanes together. */
  readonly tailBytesMax: number
  readonly drainMs: number
  readonly adminAtEndpoint: boolean
  readonly logDirectory: string
  /** Gives the keeper of the log its end of the way to a lane. */
  readonly attachToKeeper: (lane: number, channel: KeeperChannel) => void
  readonly controlPlane: ControlPlane
  readonly feed: ClusterStateFeed
  readonly admin: AdminAnswers
  readonly onLog: (entry: LaneLogEntry) => void
  /** A lane's thread has ended by a broken invariant: so must the process. */
  readonly onDeath: (error: Error) => void
  /** A lane that does not answer for so long hangs; 0: nobody looks. */
  readonly hangMs: number
  /** A lane's loop does not turn any more: so must the process end. */
  readonly onHang: (hang: HangingLane) => void
}

export interface HangingLane extends LaneHang {
  /** Of its time lately, the part in which it was at work, or within a call; it cannot be asked what it does. */
  readonly loopUtilization: number
  /** Ends the thread. False: it cannot be ended, as within a call of the system, and would hold up an exit of the process too. */
  readonly end: () => Promise<boolean>
}

export interface Lanes {
  readonly port: number
  readonly dataPlane: DataPlane
  /** What all lanes have counted. */
  samples(): Promise<readonly DataPlaneSample[]>
  /** For handshakes from now on. */
  renewTls(identity: TlsIdentity): void
  /** Stops accepting, finishes what is under way, closes the log. */
  stop(): Promise<void>
}

interface LaneHandle {
  readonly worker: Worker
  readonly rpc: PortRpc
}

/** A lane that answers no sooner is stuck; what it has acknowledged is durable all the same. */
const stuckMs = 10_000
/** A thread that executes JavaScript ends at once. */
const endMs = 2_000

/** As many lanes as suit the machine: one for each core, and no more than a process can feed. */
export function defaultLanes(): number {
  return Math.max(1, Math.min(16, availableParallelism()))
}

/** Makes lanes of threads, joins each with every other, and resolves when all accept requests. */
export async function launchLanes(options: LanesOptions): Promise<Lanes> {
  const port = await freePort(options.host, options.port)
  const threads = boots(options, port).map((boot, lane) => bootThread(options.threads[lane], boot, options))
  let stopping = false
  for (const { worker } of threads) {
    worker.on('error', (error) => options.onDeath(error as Error))
    worker.on('exit', (code) => stopping || options.onDeath(new Error(`a lane ended with code ${code}`)))
  }
  await Promise.all(threads.map(({ rpc }) => rpc.call('start', undefined)))
  const unwatch = watch(threads, options.hangMs, (hang) => {
    // The end of its thread is no news then.
    stopping = true
    options.onHang(hang)
  })
  return {
    port,
    dataPlane: remoteDataPlane(threads.map(({ rpc }) => rpc)),
    async samples() {
      const lanes = await Promise.all(threads.map(({ rpc }) => rpc.call<undefined, DataPlaneSample[]>('samples', undefined)))
      return [{ metric: 'millrace_lanes', labels: {}, value: lanes.length }, ...lanes.flat()]
    },
    renewTls(identity) {
      for (const { rpc } of threads) rpc.emit('renewTls', identity)
    },
    async stop() {
      stopping = true
      unwatch()
      await stopThreads(threads, options.drainMs)
    },
  }
}

/** Until what it returns is called. Tells of one lane only, as the process ends by it. */
function watch(threads: readonly LaneHandle[], hangMs: number, onHang: LanesOptions['onHang']): () => void {
  if (hangMs === 0) return () => {}
  const unwatch = () => clearInterval(timer)
  const lanes = new LaneWatch({
    lanes: threads.length,
    ask: (lane) => threads[lane].rpc.call('turn', undefined),
    silentMsMax: hangMs,
    nowMs: () => performance.now(),
    isDebugged: () => debuggerUrl() !== undefined,
    onHang(hang) {
      unwatch()
      const { worker } = threads[hang.lane]
      onHang({ ...hang, loopUtilization: worker.performance.eventLoopUtilization().utilization, end: () => ended(worker) })
    },
  })
  const timer = setInterval(() => lanes.tick(), watchEveryMs)
  return unwatch
}

async function ended(worker: Worker): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const stuck = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, endMs, false)
  })
  return Promise.race([worker.terminate().then(() => true), stuck]).finally(() => clearTimeout(timer))
}

/** What one lane has taken may need the shards of any: no log is closed before all have answered. One that is stuck holds up no end. */
async function stopThreads(threads: readonly LaneHandle[], drainMs: number): Promise<void> {
  const drained = await Promise.allSettled(threads.map(({ rpc }) => called(rpc, 'drain', drainMs + stuckMs)))
  const stopped = await Promise.allSettled(threads.map(({ rpc }) => called(rpc, 'stop', stuckMs)))
  await Promise.all(threads.map(({ worker }) => worker.terminate()))
  const failed = [...drained, ...stopped].find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
}

async function called(rpc: PortRpc, method: string, withinMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const stuck = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`a lane does not answer to ${method}`)), withinMs)
  })
  await Promise.race([rpc.call(method, undefined), stuck]).finally(() => clearTimeout(timer))
}

function boots(options: LanesOptions, port: number): LaneBoot[] {
  const { host } = options
  const lanes = options.threads.length
  const shared: SharedMemory = {
    requestBytes: ByteBudget.allocate(options.requestBytesMax),
    responseBytes: ByteBudget.allocate(options.responseBytesMax),
    loads: LaneLoads.allocate(lanes),
  }
  const peers = meshOf(lanes)
  // Elsewhere than on Linux the kernel does not spread connections over listeners: one lane accepts, and shares the work.
  const reusePort = lanes > 1 && platform() === 'linux'
  const connectionsMax = connectionShare(openFilesMax(), reusePort ? lanes : 1)
  return peers.map((ports, lane) => {
    const { port1, port2 } = new MessageChannel()
    options.attachToKeeper(lane, keeperChannel(port1))
    return {
      address: { node: 0, lane },
      listen: lane === 0 || reusePort ? { host, port, reusePort } : undefined,
      connectionsMax,
      tls: options.tls,
      throughput: options.throughput,
      tailBytesMax: Math.floor(options.tailBytesMax / lanes),
      drainMs: options.drainMs,
      adminAtEndpoint: options.adminAtEndpoint,
      logDirectory: options.logDirectory,
      keeper: port2,
      peers: ports,
      shared,
    }
  })
}

/** A channel between every two lanes. */
function meshOf(lanes: number): LaneBoot['peers'][] {
  const peers = Array.from({ length: lanes }, () => [] as { address: { node: number; lane: number }; port: MessagePort }[])
  for (let one = 0; one < lanes; one++) {
    for (let other = one + 1; other < lanes; other++) {
      const { port1, port2 } = new MessageChannel()
      peers[one].push({ address: { node: 0, lane: other }, port: port1 })
      peers[other].push({ address: { node: 0, lane: one }, port: port2 })
    }
  }
  return peers
}

function bootThread(worker: Worker, boot: LaneBoot, options: LanesOptions): LaneHandle {
  worker.postMessage(boot, [boot.keeper, ...boot.peers.map((peer) => peer.port)])
  const rpc = new PortRpc(threadChannel(worker))
  serveControlPlane(rpc, options.controlPlane, options.feed)
  rpc.serve('health', () => options.admin.health())
  rpc.serve('metrics', () => options.admin.metrics())
  rpc.listen('log', (entry: LaneLogEntry) => options.onLog(entry))
  return { worker, rpc }
}
