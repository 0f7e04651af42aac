import type { RetentionClass } from '@millrace/log-store'
import type { ShardKey, StreamId } from '@millrace/model'
import type { Channel } from '../channel/channel.js'
import type {
  KeeperMessage,
  KeptShard,
  LaneMessage,
  LaneRequest,
  LaneSettings,
  Replies,
  RolledSegment,
  SegmentAllotment,
  ShardTrim,
} from '../channel/messages.js'

export type KeeperNotice = Exclude<KeeperMessage, { kind: 'attached' } | { kind: 'reply' }>

/** The lane's end of the channel to the keeper. */
export class KeeperClient {
  private readonly replies = new Map<number, (value: never) => void>()
  private nextRequest = 1
  private onAttached: (attached: KeeperMessage & { kind: 'attached' }) => void = () => {}
  onNotice: (notice: KeeperNotice) => void = () => {}

  constructor(private readonly channel: Channel) {
    channel.on('message', (message: KeeperMessage) => this.receive(message))
  }

  attach(): Promise<{ readonly settings: LaneSettings; readonly streams: readonly StreamId[] }> {
    return new Promise((resolve) => {
      this.onAttached = resolve
      this.send({ kind: 'attach' })
    })
  }

  openShard(shard: ShardKey): Promise<KeptShard> {
    return this.ask({ kind: 'openShard', shard })
  }

  allotSegment(retention: RetentionClass): Promise<SegmentAllotment> {
    return this.ask({ kind: 'allotSegment', retention })
  }

  /** Resolves when the keeper has noted it durably. */
  segmentRolled(segment: RolledSegment): Promise<null> {
    return this.ask({ kind: 'segmentRolled', segment })
  }

  detach(): Promise<null> {
    return this.ask({ kind: 'detach' })
  }

  shardsTrimmed(trims: readonly ShardTrim[]): void {
    this.send({ kind: 'shardsTrimmed', trims })
  }

  streamDeleted(streamId: StreamId): void {
    this.send({ kind: 'streamDeleted', streamId })
  }

  segmentAbandoned(segmentId: number): void {
    this.send({ kind: 'segmentAbandoned', segmentId })
  }

  segmentsReleased(exchange: number): void {
    this.send({ kind: 'segmentsReleased', exchange })
  }

  private ask<Kind extends LaneRequest['kind']>(request: LaneRequest & { kind: Kind }): Promise<Replies[Kind]> {
    return new Promise((resolve) => {
      const number = this.nextRequest++
      this.replies.set(number, resolve)
      this.send({ request: number, ...request } as LaneMessage)
    })
  }

  private send(message: LaneMessage): void {
    this.channel.postMessage(message)
  }

  private receive(message: KeeperMessage): void {
    if (message.kind === 'attached') this.onAttached(message)
    else if (message.kind === 'reply') {
      this.replies.get(message.request)?.(message.value as never)
      this.replies.delete(message.request)
    } else this.onNotice(message)
  }
}
