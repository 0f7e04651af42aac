import type { AccountId, Region, StreamId, StreamName } from '@millrace/model'
import { RouteTable } from '../hash-key/route-table.js'
import type { ClusterStateUpdate, StreamEntry } from '../ports/cluster-state.js'

/** The streams and shards that a node knows, as of one revision of the cluster's state. Fed by updates, asked for every request. */
export class ShardMap {
  revision = 0
  private readonly byName = new Map<string, StreamView>()
  private readonly byId = new Map<StreamId, StreamView>()
  private readonly waiting = new Set<() => void>()

  /** Returns what was known of the streams that the update changes or removes. */
  apply(update: ClusterStateUpdate): StreamEntry[] {
    const changed = update.complete ? [...this.byId.keys()] : [...update.removedStreams, ...update.streams.map(({ id }) => id)]
    const replaced = changed.flatMap((id) => this.byId.get(id)?.entry ?? [])
    if (update.complete) {
      this.byName.clear()
      this.byId.clear()
    }
    for (const id of update.removedStreams) this.remove(id)
    for (const entry of update.streams) this.put(new StreamView(entry))
    this.revision = update.revision
    for (const wake of [...this.waiting]) wake()
    return replaced
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

/** A stream and what is derived from its shards, built once for each change. */
export class StreamView {
  private table: RouteTable | undefined
  private shardsByIndex: Map<number, StreamEntry['shards'][number]> | undefined

  constructor(readonly entry: StreamEntry) {}

  get routes(): RouteTable {
    this.table ??= new RouteTable(this.entry.shards)
    return this.table
  }

  shard(index: number): StreamEntry['shards'][number] | undefined {
    this.shardsByIndex ??= new Map(this.entry.shards.map((shard) => [shard.index, shard]))
    return this.shardsByIndex.get(index)
  }

  /** Puts and gets are served while ACTIVE and while UPDATING. */
  get isServing(): boolean {
    return this.entry.status === 'ACTIVE' || this.entry.status === 'UPDATING'
  }
}

function nameKey(account: AccountId, region: Region, name: StreamName): string {
  return `${account}/${region}/${name}`
}
