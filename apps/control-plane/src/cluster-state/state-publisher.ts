import { setImmediate } from 'node:timers/promises'
import type { StateChange, StreamMetadata, StreamSnapshot } from '@millrace/metadata'
import type { StreamId } from '@millrace/model'
import type { Logger } from '@millrace/service-kit'
import type { ClusterStateFeed, ClusterStateUpdate, CredentialEntry } from '@millrace/streams'
import type { StreamStep, StreamUpdates } from './stream-updates.js'
import { updateParts } from './update-parts.js'
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
  private readonly streams = new Map<StreamId, StreamMetadata>()
  private readonly nodes = new Set<WatchingNode>()
  /** One update after the other: the parts of two must not mix. */
  private lastSent: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly secrets: SharedSecrets,
    private readonly updates: StreamUpdates,
    private readonly logger: Logger,
  ) {}

  watch(onUpdate: OnUpdate): () => void {
    const node = new WatchingNode(onUpdate)
    this.nodes.add(node)
    void this.tell([node], this.completeParts())
    return () => {
      this.nodes.delete(node)
      node.leave()
    }
  }

  /** Resolves when the nodes hold the change. */
  publish(changes: readonly StateChange[], revision: number): Promise<void> {
    const steps = changes.flatMap((change) =>
      change.kind === 'created' || change.kind === 'changed' ? [this.step(change.after)] : [],
    )
    const removedStreams = changes.flatMap((change) => (change.kind === 'removed' ? [change.before.id] : []))
    for (const id of removedStreams) this.streams.delete(id)
    this.revision = revision
    return this.tellAll(updateParts({ revision, complete: false }, { removedStreams }, steps, this.updates))
  }

  /** As `publish`, where it is not known what has changed. */
  publishAll(snapshot: StreamSnapshot): Promise<void> {
    this.streams.clear()
    for (const stream of snapshot.streams) this.streams.set(stream.id, stream)
    this.revision = snapshot.revision
    return this.tellAll(this.completeParts())
  }

  private step(after: StreamMetadata): StreamStep {
    const before = this.streams.get(after.id)
    this.streams.set(after.id, after)
    return { before, after }
  }

  private completeParts(): Iterable<ClusterStateUpdate> {
    const steps = [...this.streams.values()].map((after) => ({ before: undefined, after }))
    const head = { removedStreams: [], ...this.secrets }
    return updateParts({ revision: this.revision, complete: true }, head, steps, this.updates)
  }

  private async tellAll(parts: Iterable<ClusterStateUpdate>): Promise<void> {
    const { revision } = this
    const warn = () => this.logger.warn('a node does not confirm; nothing else is changed before', { revision })
    const late = setInterval(warn, lateMs)
    try {
      await this.tell([...this.nodes], parts)
    } finally {
      clearInterval(late)
    }
  }

  private async tell(nodes: readonly WatchingNode[], parts: Iterable<ClusterStateUpdate>): Promise<void> {
    const held = await this.inLine(nodes, parts)
    await Promise.all(nodes.map((node, i) => this.untilHeld(node, held[i])))
  }

  /** A node that could not take an update is told everything, until it holds it. */
  private async untilHeld(node: WatchingNode, parts: readonly Promise<void>[]): Promise<void> {
    for (let told = parts; !node.hasLeft; [told] = await this.inLine([node], this.completeParts())) {
      try {
        await Promise.all(told)
        return
      } catch (error) {
        if (node.hasLeft) return
        this.logger.error('a node could not take an update; telling it everything', { revision: this.revision, error })
        await new Promise((resolve) => setTimeout(resolve, retryMs))
      }
    }
  }

  private inLine(nodes: readonly WatchingNode[], parts: Iterable<ClusterStateUpdate>): Promise<Promise<void>[][]> {
    const sent = this.lastSent.then(() => this.send(nodes, parts))
    this.lastSent = sent.catch(() => {})
    return sent
  }

  /**
   * A part to a node in each turn of the loop: to carry it over takes time here, too. Returns by node what resolves when it holds each
   * part.
   */
  private async send(nodes: readonly WatchingNode[], parts: Iterable<ClusterStateUpdate>): Promise<Promise<void>[][]> {
    const held = nodes.map((): Promise<void>[] => [])
    let isFirst = true
    for (const part of parts) {
      for (let i = 0; i < nodes.length; i++) {
        if (nodes[i].hasLeft) continue
        if (!isFirst) await setImmediate()
        isFirst = false
        const told = nodes[i].tell(part)
        told.catch(() => {})
        held[i].push(told)
      }
    }
    return held
  }
}
