import { parentPort } from 'node:worker_threads'
import { type Channel, PortRpc } from '@millrace/rpc'
import type { LaneBoot } from './lane-boot.js'
import { LaneThread } from './lane-thread.js'

/** The entry of a lane's thread. Its program is loaded before it is told what it is to be: see `startLaneThreads`. */
const port = parentPort
if (!port) throw new Error('a lane is started by the data plane, not by hand')
port.once('message', (boot: LaneBoot) => new LaneThread(new PortRpc(port as Channel), boot))
