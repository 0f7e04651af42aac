import type { AccountSettings, ReshardProgress, StateChange, StreamMetadata, StreamSnapshot } from '@millrace/metadata'
import type { AccountId, Region, StreamAddress, StreamId, StreamName } from '@millrace/model'
import { isChanging } from './due-change.js'

/**
 * All streams, in memory, as of one revision: what decisions are made on and what descriptions show. Postgres is the truth; this is
 * built from it at start, follows every change, and can be built again at any time.
 */
export class StreamDirectory {
  revision = 0
  private readonly byId = new Map<StreamId, StreamMetadata>()
  private readonly byNamespace = new Map<string, Map<StreamName, StreamMetadata>>()
  private readonly changing = new Set<StreamId>()
  private readonly accounts = new Map<string, AccountSettings>()
  private readonly resharding = new Map<StreamId, ReshardingStream>()

  find({ account, region, name }: StreamAddress): StreamMetadata | undefined {
    return this.byNamespace.get(namespaceKey(account, region))?.get(name)
  }

  byStreamId(id: StreamId): StreamMetadata | undefined {
    return this.byId.get(id)
  }

  /** The streams of an account in a region, in no order. */
  in(account: AccountId, region: Region): Iterable<StreamMetadata> {
    return this.byNamespace.get(namespaceKey(account, region))?.values() ?? []
  }

  /** What the account has set for its streams in the region. */
  settingsOf(account: AccountId, region: Region): AccountSettings | undefined {
    return this.accounts.get(namespaceKey(account, region))
  }

  /** Streams of which something ends at some time. */
  *changingStreams(): Generator<StreamMetadata> {
    for (const id of this.changing) {
      const stream = this.byId.get(id)
      if (stream) yield stream
    }
  }

  /** Streams with an intent that is to be carried out. */
  reshardingStreams(): Iterable<ReshardingStream> {
    return this.resharding.values()
  }

  isResharding(id: StreamId): boolean {
    return this.resharding.has(id)
  }

  all(): Iterable<StreamMetadata> {
    return this.byId.values()
  }

  replace(snapshot: StreamSnapshot): void {
    this.byId.clear()
    this.byNamespace.clear()
    this.changing.clear()
    this.resharding.clear()
    this.accounts.clear()
    for (const stream of snapshot.streams) this.put(stream)
    for (const settings of snapshot.accounts) this.putSettings(settings)
    this.revision = snapshot.revision
  }

  apply(changes: readonly StateChange[], revision: number): void {
    for (const change of changes) {
      if (change.kind === 'removed') this.remove(change.before)
      else if (change.kind === 'account') this.putSettings(change.after)
      else this.put(change.after)
    }
    this.revision = revision
  }

  private put(stream: StreamMetadata): void {
    const key = namespaceKey(stream.account, stream.region)
    const namespace = this.byNamespace.get(key) ?? new Map<StreamName, StreamMetadata>()
    this.byNamespace.set(key, namespace)
    namespace.set(stream.name, stream)
    this.byId.set(stream.id, stream)
    if (isChanging(stream)) this.changing.add(stream.id)
    else this.changing.delete(stream.id)
    if (isResharding(stream)) this.resharding.set(stream.id, stream)
    else this.resharding.delete(stream.id)
  }

  private putSettings(settings: AccountSettings): void {
    this.accounts.set(namespaceKey(settings.account, settings.region), settings)
  }

  private remove(stream: StreamMetadata): void {
    const key = namespaceKey(stream.account, stream.region)
    const namespace = this.byNamespace.get(key)
    namespace?.delete(stream.name)
    if (namespace?.size === 0) this.byNamespace.delete(key)
    this.byId.delete(stream.id)
    this.changing.delete(stream.id)
    this.resharding.delete(stream.id)
  }
}

export type ReshardingStream = StreamMetadata & { readonly reshard: ReshardProgress }

function isResharding(stream: StreamMetadata): stream is ReshardingStream {
  return stream.status === 'UPDATING' && stream.reshard !== undefined
}

function namespaceKey(account: AccountId, region: Region): string {
  return `${account}/${region}`
}
