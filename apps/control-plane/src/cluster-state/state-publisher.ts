import type { StateChange, StreamMetadata, StreamSnapshot } from '@millrace/metadata'
import type { StreamId } from '@millrace/model'
import type { Logger } from '@millrace/service-kit'
import type { ClusterStateFeed, ClusterStateUpdate, CredentialEntry, StreamEntry } from '@millrace/streams'
import { type OnUpdate, WatchingNode } from './watching-node.js'

/** A node that confirms later is worth a warning, and again as long as it does not. */
const lateMs = 2_000
const retryMs = 1_000

/** What every node is given besides streams. */
export interface SharedSecrets {
  readonly credentials: readonly CredentialEntry[]
  readonly iteratorKey: Uint8Array
}

/**
 * Tells the nodes of every change, in the order of revisions, and knows when they hold it. No node that watches is left behind, however
 * long it takes: it might store in the clear what is said to be encrypted. Whose connection is lost has left, and is not waited for.
 */
export class StatePublisher implements ClusterStateFeed {
  private revision = 0
  private readonly entries = new Map<StreamId, StreamEntry>()
  private readonly nodes = new Set<WatchingNode>()

  constructor(
    private readonly secrets: SharedSecrets,
    private readonly entryOf: (stream: StreamMetadata) => StreamEntry,
    private readonly logger: Logger,
  ) {}

  watch(onUpdate: OnUpdate): () => void {
    const node = new WatchingNode(onUpdate)
    this.nodes.add(node)
    void this.tell(node, this.completeUpdate())
    return () => {
      this.nodes.delete(node)
      node.leave()
    }
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
    const warn = () => this.logger.warn('a node does not confirm; nothing else is changed before', { revision: update.revision })
    const late = setInterval(warn, lateMs)
    await Promise.all([...this.nodes].map((node) => this.tell(node, update)))
    clearInterval(late)
  }

  /** A node that could not take an update is told everything, until it holds it. */
  private async tell(node: WatchingNode, update: ClusterStateUpdate): Promise<void> {
    for (let next = update; !node.hasLeft; next = this.completeUpdate()) {
      try {
        return await node.tell(next)
      } catch (error) {
        if (node.hasLeft) return
        this.logger.error('a node could not take an update; telling it everything', { revision: next.revision, error })
        await new Promise((resolve) => setTimeout(resolve, retryMs))
      }
    }
  }
}
