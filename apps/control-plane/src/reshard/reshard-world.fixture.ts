import {
  DatabaseUnavailable,
  type StreamMetadata,
  type StreamRepository,
  type StreamSnapshot,
  type StreamsChange,
} from '@millrace/metadata'
import { limits, ok, type ShardKey, type StreamId, shardKeyText } from '@millrace/model'
import { createLogger } from '@millrace/service-kit'
import type { DataPlane, LaneAddress, SealReply } from '@millrace/streams'
import { spreadOverLanes } from '../cluster-state/shard-placement.js'
import { StatePublisher } from '../cluster-state/state-publisher.js'
import { DeleteStream } from '../delete-stream/delete-stream.js'
import { MergeShards } from '../merge-shards/merge-shards.js'
import { SplitShard } from '../split-shard/split-shard.js'
import { callOf, ManualClock, updatesOver } from '../stream/stream.fixture.js'
import { StreamDirectory } from '../stream/stream-directory.js'
import { StreamEdits } from '../stream/stream-edits.js'
import { StreamWriter } from '../stream/stream-writer.js'
import { UpdateShardCount } from '../update-shard-count/update-shard-count.js'
import { ReshardEngine } from './reshard-engine.js'
import { Resharding } from './resharding.js'

/** What becomes of one use of the database or of a lane: it has its effect or not, and the process fails with it or goes on. */
export type Fault = 'crashBefore' | 'crashAfter' | 'failBefore' | 'failAfter'
export const faults: readonly Fault[] = ['crashBefore', 'crashAfter', 'failBefore', 'failAfter']

const stateDelayMs = 200
const lanes = 3

/** What outlives a process: the database and the log. Each use of them counts, and can be made to fail. */
export class World {
  readonly clock = new ManualClock()
  stored: StreamSnapshot
  /** By key, of sealed shards: the arrival of the last record. */
  readonly sealed = new Map<string, number>()
  /** How often database and lanes were used. */
  uses = 0
  onUse: (use: number, of: 'database' | 'lane') => Fault | undefined = () => undefined
  onStored: () => void = () => {}
  private tellCrash: () => void = () => {}

  constructor(stream: StreamMetadata) {
    this.stored = { revision: 1, streams: [stream], accounts: [] }
  }

  get stream(): StreamMetadata | undefined {
    return this.stored.streams[0]
  }

  /** Lets a process act; false: it crashed on the way, and what it was about never goes on. */
  async run(act: () => Promise<unknown>): Promise<boolean> {
    const crashed = new Promise<false>((resolve) => (this.tellCrash = () => resolve(false)))
    return Promise.race([act().then(() => true), crashed])
  }

  async use<T>(of: 'database' | 'lane', effect: () => T, fail: () => T): Promise<T> {
    const fault = this.onUse(this.uses++, of)
    if (fault === 'failBefore') return fail()
    if (fault === 'crashBefore') return this.crash()
    const done = effect()
    if (fault === 'failAfter') return fail()
    return fault === 'crashAfter' ? this.crash() : done
  }

  private crash(): Promise<never> {
    this.tellCrash()
    return new Promise(() => {})
  }
}

class WorldRepository implements StreamRepository {
  constructor(private readonly world: World) {}

  load(): Promise<StreamSnapshot> {
    return this.world.use('database', () => this.world.stored, away)
  }

  revision(): Promise<number> {
    return this.world.use('database', () => this.world.stored.revision, away)
  }

  commit(change: StreamsChange): Promise<'committed' | 'superseded'> {
    return this.world.use('database', () => this.store(change), away)
  }

  private store(change: StreamsChange): 'committed' | 'superseded' {
    const { world } = this
    if (change.revision !== world.stored.revision) return 'superseded'
    let { streams } = world.stored
    for (const one of change.changes) {
      if (one.kind === 'account') continue
      const others = streams.filter(({ id }) => id !== (one.kind === 'created' ? one.after : one.before).id)
      streams = one.kind === 'removed' ? others : [...others, structuredClone(one.after)]
    }
    world.stored = { ...world.stored, revision: change.revision + 1, streams }
    world.onStored()
    return 'committed'
  }
}

function away(): never {
  throw new DatabaseUnavailable('away')
}

/** Lanes whose shards take a record every moment until they are sealed. */
class WorldLanes implements DataPlane {
  constructor(private readonly world: World) {}

  seal(_owner: LaneAddress, shards: readonly ShardKey[]): Promise<readonly SealReply[]> {
    const failed = () => shards.map((): SealReply => ({ kind: 'Unavailable', outcome: 'unknown', reason: 'disk full' }))
    return this.world.use('lane', () => shards.map((shard) => this.sealOne(shard)), failed)
  }

  private sealOne(shard: ShardKey): SealReply {
    const { sealed, clock } = this.world
    const key = shardKeyText(shard)
    const lastArrivalMs = sealed.get(key) ?? clock.nowMs()
    sealed.set(key, lastArrivalMs)
    return { kind: 'sealed', lastArrivalMs }
  }
}

/** The control plane's part in reshards, as one process has it. */
export class ReshardProcess {
  readonly directory = new StreamDirectory()
  readonly engine: ReshardEngine
  readonly unbind: () => Promise<void>
  private readonly writer: StreamWriter
  private readonly config = { ...limits, stateDelayMs }

  constructor(private readonly world: World) {
    const { clock } = world
    const { directory } = this
    const logger = createLogger({ write: () => {} })
    const placement = spreadOverLanes(lanes)
    const publisher = new StatePublisher({ credentials: [], iteratorKey: new Uint8Array() }, updatesOver(lanes), logger)
    this.writer = new StreamWriter(new WorldRepository(world), directory, publisher, logger)
    this.engine = new ReshardEngine({ directory, writer: this.writer, placement, clock, logger, stateDelayMs })
    this.unbind = this.engine.bind(new WorldLanes(world))
  }

  /** Reads what is stored. */
  load() {
    return this.writer.change(() => ok({ changes: [], answer: undefined }))
  }

  split(StreamName: string, ShardToSplit: string, NewStartingHashKey: string) {
    return new SplitShard(this.resharding).handle(callOf('SplitShard', { StreamName, ShardToSplit, NewStartingHashKey }))
  }

  merge(StreamName: string, ShardToMerge: string, AdjacentShardToMerge: string) {
    return new MergeShards(this.resharding).handle(callOf('MergeShards', { StreamName, ShardToMerge, AdjacentShardToMerge }))
  }

  scale(StreamName: string, TargetShardCount: number) {
    const input = { StreamName, TargetShardCount, ScalingType: 'UNIFORM_SCALING' as const }
    return new UpdateShardCount(this.resharding, this.config).handle(callOf('UpdateShardCount', input))
  }

  delete(StreamName: string) {
    return new DeleteStream(this.edits).handle(callOf('DeleteStream', { StreamName }))
  }

  /** Time goes by until nothing is left to do. Also says whether that came about. */
  async settle(): Promise<boolean> {
    for (let seconds = 0; seconds < 60; seconds++) {
      const isKnown = (await this.load()).ok
      if (isKnown && [...this.directory.reshardingStreams()].length === 0) return true
      this.world.clock.advance(1_000)
      await this.engine.advance()
    }
    return false
  }

  private get edits(): StreamEdits {
    return new StreamEdits(this.writer, this.world.clock, this.config)
  }

  private get resharding(): Resharding {
    return new Resharding(this.edits, this.world.clock, this.config)
  }
}

export function keyOf(streamId: StreamId, shard: number): string {
  return shardKeyText({ streamId, shard })
}
