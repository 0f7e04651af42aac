import type { AccountId } from '@millrace/model'

/** What an installation is given at its first start and keeps. Throws DatabaseUnavailable where the database stays away. */
export interface InstallationRepository {
  /** UUID; made at the first call. The log keeps it too, so that a database and a log of different installations are noticed. */
  clusterId(): Promise<string>

  /** `bytes` random bytes, made at the first call for the name. */
  secret(name: string, bytes: number): Promise<Uint8Array>

  /** The root credentials of an account: what is stored, or `candidate`, which is stored then. `replace`: `candidate` in any case. */
  rootCredentials(candidate: RootCredentials, replace: boolean): Promise<RootCredentials>
}

export interface RootCredentials {
  readonly account: AccountId
  readonly accessKeyId: string
  readonly secretAccessKey: string
}
