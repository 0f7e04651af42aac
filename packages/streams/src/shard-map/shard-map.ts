import type { AccountId, Region, ShardIndex, StreamId, StreamName } from '@millrace/model'
import type { ClusterStateUpdate } from '../ports/cluster-state.js'
import { StreamView } from './stream-view.js'

/** What an update has done, now that it is in force. */
export interface AppliedUpdate {
  readonly complete: boolean
  readonly changed: readonly ChangedStream[]
  readonly removed: readonly StreamId[]
}

export interface ChangedStream {
  readonly before: StreamView | undefined
  readonly after: StreamView
  /** All that are not as before, some of which are gone. */
  readonly shards: readonly ShardIndex[]
}

/** The streams and shards that a node knows, as of one revision of the cluster's state. Fed by updates, asked for every request. */
export class ShardMap {
  revision = 0
  private readonly byName = new Map<string, StreamView>()
  private readonly byId = new Map<StreamId, StreamView>()
  private readonly waiting = new Set<() => void>()
  private staged: StagedUpdate | undefined

  /** Undefined: it is a part of an update, and nothing shows of it before the last one. */
  apply(part: ClusterStateUpdate): AppliedUpdate | undefined {
    const { revision, complete } = part
    if (this.staged?.revision !== revision || this.staged.complete !== complete) {
      this.staged = new StagedUpdate(revision, complete, complete ? noStreams : this.byId)
    }
    this.staged.add(part)
    if (part.more) return undefined
    const applied = this.commit(this.staged)
    this.staged = undefined
    this.revision = revision
    for (const wake of [...this.waiting]) wake()
    return applied
  }

  find(account: AccountId, region: Region, name: StreamName): StreamView | undefined {
    return this.byName.get(nameKey(account, region, name))
  }

  byStreamId(id: StreamId): StreamView | undefined {
    return this.byId.get(id)
  }

  streams(): Iterable<StreamView> {
    return this.byId.values()
  }

  /** Resolves when a newer revision than `known` is in force, after `timeoutMs`, or when whoever waits gives up. */
  nextRevision(timeoutMs: number, known = this.revision, givenUp?: AbortSignal): Promise<void> {
    if (this.revision > known || givenUp?.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        this.waiting.delete(wake)
        givenUp?.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, timeoutMs)
      this.waiting.add(wake)
      givenUp?.addEventListener('abort', wake)
    })
  }

  private commit({ complete, streams, removedStreams }: StagedUpdate): AppliedUpdate {
    const gone = complete ? [...this.byId.keys()].filter((id) => !streams.has(id)) : []
    const removed = [...removedStreams, ...gone]
    for (const id of removed) this.remove(id)
    const changed = [...streams.values()].map(({ view: after, touched }) => {
      const before = this.byId.get(after.entry.id)
      this.put(after)
      return { before, after, shards: complete && before ? before.shardIndexes() : touched }
    })
    return { complete, changed, removed }
  }

  private put(view: StreamView): void {
    const { id, account, region, name } = view.entry
    this.byId.set(id, view)
    this.byName.set(nameKey(account, region, name), view)
  }

  private remove(id: StreamId): void {
    const view = this.byId.get(id)
    if (!view) return
    this.byId.delete(id)
    const key = nameKey(view.entry.account, view.entry.region, view.entry.name)
    if (this.byName.get(key) === view) this.byName.delete(key)
  }
}

const noStreams: ReadonlyMap<StreamId, StreamView> = new Map()

/** An update of which parts have come: what its streams will be. */
class StagedUpdate {
  readonly streams = new Map<StreamId, { view: StreamView; touched: ShardIndex[] }>()
  readonly removedStreams: StreamId[] = []

  constructor(
    readonly revision: number,
    readonly complete: boolean,
    private readonly present: ReadonlyMap<StreamId, StreamView>,
  ) {}

  add({ streams, removedStreams }: ClusterStateUpdate): void {
    for (const id of removedStreams) this.removedStreams.push(id)
    for (const update of streams) {
      const staged = this.streams.get(update.id)
      const view = StreamView.of(update, staged?.view ?? this.present.get(update.id))
      const touched = staged?.touched ?? []
      for (const { index } of update.shards) touched.push(index)
      for (const index of update.goneShards ?? []) touched.push(index)
      this.streams.set(update.id, { view, touched })
    }
  }
}

function nameKey(account: AccountId, region: Region, name: StreamName): string {
  return `${account}/${region}/${name}`
}
