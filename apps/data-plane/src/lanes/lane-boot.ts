import type { MessagePort } from 'node:worker_threads'
import type { TlsIdentity } from '@millrace/aws-wire'
import type { ThroughputLimits } from '@millrace/model'
import type { LaneAddress } from '@millrace/streams'

/** What makes a thread a lane. */
export interface LaneBoot {
  readonly address: LaneAddress
  readonly listen: LaneListen | undefined
  readonly connectionsMax: number
  readonly tls: TlsIdentity
  /** Undefined: lifted, and call rates too. */
  readonly throughput: ThroughputLimits | undefined
  readonly tailBytesMax: number
  readonly drainMs: number
  /** /health and /metrics are answered at the endpoint. */
  readonly adminAtEndpoint: boolean
  readonly logDirectory: string
  /** To the keeper of the log. */
  readonly keeper: MessagePort
  readonly peers: readonly { readonly address: LaneAddress; readonly port: MessagePort }[]
  readonly shared: SharedMemory
}

/** Undefined in `LaneBoot` where this lane accepts no connections itself. */
export interface LaneListen {
  readonly host: string
  readonly port: number
  readonly reusePort: boolean
}

/** Counters that all lanes see. */
export interface SharedMemory {
  readonly requestBytes: SharedArrayBuffer
  readonly responseBytes: SharedArrayBuffer
  readonly loads: SharedArrayBuffer
}
