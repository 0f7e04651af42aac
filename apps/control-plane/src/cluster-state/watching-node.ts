import type { ClusterStateUpdate } from '@millrace/streams'

/** What it returns resolves when the update is in force. */
export type OnUpdate = (update: ClusterStateUpdate) => void | Promise<void>

/** A node that watches the cluster's state, until it leaves: then nothing more is expected of it. */
export class WatchingNode {
  hasLeft = false
  private readonly expected = new Set<() => void>()

  constructor(private readonly onUpdate: OnUpdate) {}

  /** Resolves when the node holds the update, or has left; rejects where it could not take it. */
  tell(update: ClusterStateUpdate): Promise<void> {
    return new Promise((resolve, reject) => {
      this.expected.add(resolve)
      this.confirmed(update)
        .then(resolve, reject)
        .finally(() => this.expected.delete(resolve))
    })
  }

  leave(): void {
    this.hasLeft = true
    for (const resolve of this.expected) resolve()
  }

  private async confirmed(update: ClusterStateUpdate): Promise<void> {
    await this.onUpdate(update)
  }
}
