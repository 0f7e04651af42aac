import { type ClientHttp2Session, connect } from 'node:http2'
import { ShardSubscription } from '@millrace/testkit'
import type { ShardToRead } from './get-load.js'
import type { LoadJob } from './job.js'

/** What becomes of the events. */
export interface EventReader {
  event(payload: Buffer): void
  ended(reason: string): void
}

/** A subscription of every consumer to every shard: each over a connection of its own, or all over one of HTTP/2. */
export class Subscribers {
  private readonly session: ClientHttp2Session | undefined
  private readonly subscriptions: ShardSubscription[] = []
  private readonly all: Promise<void>[] = []

  constructor(job: LoadJob, shards: readonly ShardToRead[], position: 'LATEST' | 'TRIM_HORIZON', reader: EventReader) {
    const { host, port, credentials } = job
    this.session = job.protocol === 'h2' ? connect(`http://${host}:${port}`, { settings: { initialWindowSize } }) : undefined
    this.session?.on('connect', (session) => session.setLocalWindowSize(initialWindowSize * job.slots))
    this.session?.on('error', (error) => reader.ended(error.message))
    for (const ConsumerARN of job.consumers) {
      for (const { shardId: ShardId } of shards) {
        const input = { ConsumerARN, ShardId, StartingPosition: { Type: position } }
        const { promise, resolve: begun } = Promise.withResolvers<void>()
        this.all.push(promise)
        const event = (payload: Buffer) => reader.event(payload)
        const ended = (reason: string | undefined) => {
          begun()
          reader.ended(reason ?? 'the stream ended')
        }
        this.subscriptions.push(new ShardSubscription({ host, port }, credentials, input, { begun, event, ended }, this.session))
      }
    }
  }

  /** Every subscription has been answered. */
  async begun(): Promise<void> {
    await Promise.all(this.all)
  }

  close(): void {
    for (const subscription of this.subscriptions) subscription.close()
    this.session?.destroy()
  }
}

/** As the SDKs have it that are made for HTTP/2: small ones would measure the window. */
const initialWindowSize = 1024 * 1024
