import { type AnswerRoom, createService, type WireHandler } from '@millrace/aws-wire'
import type { LogStore } from '@millrace/log-store'
import { type Clock, shardKeyText, type ThroughputLimits } from '@millrace/model'
import type { Authorizer, ClusterStateUpdate, ControlPlane, LaneAddress } from '@millrace/streams'
import { ShardMap } from '@millrace/streams'
import { Authenticate } from '../authenticate/authenticate.js'
import { CredentialStore } from '../authenticate/credential-store.js'
import { Authorize } from '../authorize/authorize.js'
import { EncryptedLog } from '../encryption/encrypted-log.js'
import { StreamKeys } from '../encryption/stream-keys.js'
import { GetRecords } from '../get/get-records.js'
import { GetShardIterator } from '../get/get-shard-iterator.js'
import { stsApi } from '../identity/sts-api.js'
import type { LaneMeters } from '../metrics/lane-meters.js'
import { LaneShards } from '../owner/lane-shards.js'
import { Tail } from '../owner/tail.js'
import { Put } from '../put/put.js'
import { Owners } from '../route/owners.js'
import { SubscribeToShard } from '../subscribe/subscribe-to-shard.js'
import { kinesisApi } from './kinesis-api.js'

export interface LaneParts {
  readonly address: LaneAddress
  readonly store: LogStore
  readonly controlPlane: ControlPlane
  readonly authorizer: Authorizer
  readonly clock: Clock
  /** Undefined: lifted, and call rates too. */
  readonly throughput: ThroughputLimits | undefined
  readonly tailBytesMax: number
  /** For pages that are read before they are answered. */
  readonly answerRoom: AnswerRoom
  readonly onFault: (fault: unknown) => void
  readonly meters: LaneMeters
}

/** Of the room for answers: subscribers who take nothing for minutes leave the rest to those who call. */
const pushedShare = 0.5

/** One lane, wired by hand from plain classes: the shards that it owns, the way to those of other lanes, and the API over both. */
export class Lane {
  readonly shards: LaneShards
  /** Of the other lanes; this one is in it from the start. */
  readonly owners = new Owners()
  readonly handle: WireHandler
  readonly tail: Tail
  private readonly map = new ShardMap()
  private readonly subscribe: SubscribeToShard
  private readonly credentials = new CredentialStore()
  private iteratorKey: Uint8Array = new Uint8Array(0)

  constructor(parts: LaneParts) {
    const { address, clock, throughput, meters } = parts
    const { map, owners } = this
    this.tail = new Tail(parts.tailBytesMax)
    const store = new EncryptedLog(parts.store, new StreamKeys(map), (shard, offset) => {
      parts.onFault(new Error(`the batch at offset ${offset} of ${shardKeyText(shard)} cannot be decrypted`))
    })
    const room = parts.answerRoom.share(pushedShare)
    this.shards = new LaneShards({ address, map, store, tail: this.tail, clock, throughput, meters, room })
    owners.add(address, this.shards)
    const nowMs = () => clock.nowMs()
    const iteratorKey = () => this.iteratorKey
    this.subscribe = new SubscribeToShard(map, owners, nowMs)
    const put = new Put(map, owners, nowMs).handler()
    const api = kinesisApi({
      authenticate: new Authenticate(this.credentials, clock, 'kinesis'),
      authorize: new Authorize(parts.authorizer, iteratorKey),
      controlPlane: parts.controlPlane,
      answerRoom: parts.answerRoom,
      nowMs,
      records: {
        PutRecord: put,
        PutRecords: put,
        GetRecords: new GetRecords(map, owners, iteratorKey, nowMs, parts.answerRoom).handler(),
        GetShardIterator: new GetShardIterator(map, owners, iteratorKey, nowMs).handler(),
        SubscribeToShard: this.subscribe.handler(),
      },
    })
    this.handle = createService([api, stsApi(new Authenticate(this.credentials, clock, 'sts'))], {
      onFault: parts.onFault,
      onAnswer: (operation, errorCode) => meters.answers.count(operation, errorCode),
    })
  }

  /** Puts an update in force: from now on requests are served by it. Resolves when shards heed it; a part of an update is only kept. */
  async apply(update: ClusterStateUpdate): Promise<void> {
    this.credentials.apply(update)
    if (update.iteratorKey) this.iteratorKey = update.iteratorKey
    const applied = this.map.apply(update)
    if (applied) await this.shards.onUpdate(applied)
  }

  /** Subscriptions end, those to its shards and those whose connections are here: nothing else in a lane takes minutes. */
  endSubscriptions(): void {
    this.shards.subscriptions.stop()
    this.subscribe.stop()
  }
}
