import type { StateChange, StreamMetadata, StreamSnapshot } from '@millrace/metadata'
import type { StreamId } from '@millrace/model'
import type { Logger } from '@millrace/service-kit'
import type { ClusterStateFeed, ClusterStateUpdate, CredentialEntry, StreamEntry } from '@millrace/streams'

type Watcher = (update: ClusterStateUpdate) => void | Promise<void>

/** A node that does not confirm within it is left behind: the others must not wait for one that is gone. */
const confirmationMs = 2_000

/** What every node is given besides streams. */
export interface SharedSecrets {
  readonly credentials: readonly CredentialEntry[]
  readonly iteratorKey: Uint8Array
}

/** Tells the nodes of every change, in the order of revisions, and knows when they hold it. */
export class StatePublisher implements ClusterStateFeed {
  private revision = 0
  private readonly entries = new Map<StreamId, StreamEntry>()
  private readonly watchers = new Set<Watcher>()

  constructor(
    private readonly secrets: SharedSecrets,
    private readonly entryOf: (stream: StreamMetadata) => StreamEntry,
    private readonly logger: Logger,
  ) {}

  watch(onUpdate: Watcher): () => void {
    this.watchers.add(onUpdate)
    void this.tell(onUpdate, this.completeUpdate())
    return () => this.watchers.delete(onUpdate)
  }

  /** Resolves when the nodes hold the change. */
  publish(changes: readonly StateChange[], revision: number): Promise<void> {
    const streams = changes.flatMap((change) =>
      change.kind === 'created' || change.kind === 'changed' ? [this.entryOf(change.after)] : [],
    )
    const removedStreams = changes.flatMap((change) => (change.kind === 'removed' ? [change.before.id] : []))
    for (const entry of streams) this.entries.set(entry.id, entry)
    for (const id of removedStreams) this.entries.delete(id)
    this.revision = revision
    return this.tellAll({ revision, complete: false, streams, removedStreams })
  }

  /** As `publish`, where it is not known what has changed. */
  publishAll(snapshot: StreamSnapshot): Promise<void> {
    this.entries.clear()
    for (const stream of snapshot.streams) this.entries.set(stream.id, this.entryOf(stream))
    this.revision = snapshot.revision
    return this.tellAll(this.completeUpdate())
  }

  private completeUpdate(): ClusterStateUpdate {
    return { revision: this.revision, complete: true, streams: [...this.entries.values()], removedStreams: [], ...this.secrets }
  }

  private async tellAll(update: ClusterStateUpdate): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const told = Promise.all([...this.watchers].map((watcher) => this.tell(watcher, update)))
    const late = new Promise<'late'>((resolve) => (timer = setTimeout(resolve, confirmationMs, 'late')))
    if ((await Promise.race([told, late])) === 'late') this.logger.warn('a node does not confirm', { revision: update.revision })
    clearTimeout(timer)
  }

  private async tell(watcher: Watcher, update: ClusterStateUpdate): Promise<void> {
    try {
      await watcher(update)
    } catch (error) {
      this.logger.error('a node could not take an update', { revision: update.revision, error })
    }
  }
}
