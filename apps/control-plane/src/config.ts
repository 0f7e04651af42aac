/** What an operator may set; the names are those of `service-kit`'s settings. */
export interface ControlPlaneConfig {
  readonly accountId: string
  /** Both or neither. */
  readonly rootAccessKeyId: string | undefined
  readonly rootSecretAccessKey: string | undefined
  /** How long CREATING, UPDATING and DELETING last. */
  readonly stateDelayMs: number
  /** Shards that an account may have in a region. */
  readonly shardQuota: number
  /** On-demand streams that an account may have in a region. */
  readonly onDemandStreamQuota: number
  /** Streams of an account that may be CREATING at a time in a region. */
  readonly creatingStreamsMax: number
  /** `off`: no call rates; quotas stay. */
  readonly rateLimits: 'on' | 'off'
}
