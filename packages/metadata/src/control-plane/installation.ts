import type { AccountId } from '@millrace/model'

/** What an installation is given at its first start and keeps. Throws DatabaseUnavailable where the database stays away. */
export interface InstallationRepository {
  /** UUID; made at the first call. */
  clusterId(): Promise<string>

  /** The id of the record log that belongs to this database; undefined before `bindLog`. */
  logId(): Promise<string | undefined>

  /** Binds database and log to each other, once: a second id changes nothing. */
  bindLog(logId: string): Promise<void>

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
