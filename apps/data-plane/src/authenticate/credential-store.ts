import type { ClusterStateUpdate, CredentialEntry } from '@millrace/streams'

/** The access keys that this node knows, as of the last update of the cluster's state. */
export class CredentialStore {
  private byAccessKeyId = new Map<string, CredentialEntry>()

  apply({ credentials }: ClusterStateUpdate): void {
    if (credentials) this.byAccessKeyId = new Map(credentials.map((entry) => [entry.accessKeyId, entry]))
  }

  find(accessKeyId: string): CredentialEntry | undefined {
    return this.byAccessKeyId.get(accessKeyId)
  }
}
