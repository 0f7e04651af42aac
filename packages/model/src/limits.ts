import { callRateLimits } from './call-rates.js'

/**
 * AWS's limits, in one place (Amazon Kinesis Data Streams developer guide, "Quotas and limits"). Units last. Those that AWS raises on
 * request stand first: here they are raised by configuration, so rules take them as `Limits` and do not read them from here.
 */
export const raisableLimits = {
  shardQuota: 20_000,
  onDemandStreamQuota: 50,
  creatingStreamsMax: 5,
  shardsPerStreamMax: 10_000,
  retentionHoursMax: 8760,
  tagsPerResourceMax: 50,
  warmThroughputMibpsMax: 10_240,
  /** UpdateShardCount, UpdateStreamMode, and either of StartStreamEncryption and StopStreamEncryption, of a stream in a rolling period of 24 hours. */
  scalingsPerDayMax: 10,
  modeChangesPerDayMax: 2,
  encryptionsPerDayMax: 25,
  consumersPerStreamMax: 20,
  /** Of an on-demand stream, where the account has committed itself to a minimum throughput (On-demand Advantage). */
  advantageConsumersPerStreamMax: 50,
  /** Of all streams of an account in a region, at a time. */
  creatingConsumersMax: 5,
  writeBytesPerShardPerSecond: 1024 * 1024,
  writeRecordsPerShardPerSecond: 1000,
  readBytesPerShardPerSecond: 2 * 1024 * 1024,
  getCallsPerShardPerSecond: 5,
  getShardIteratorCallsPerShardPerSecond: 5,
  /** Of one enhanced fan-out consumer. */
  pushedBytesPerShardPerSecond: 2 * 1024 * 1024,
  ...callRateLimits,
} as const

export type LimitName = keyof typeof raisableLimits

/** What is in force: AWS's limits, or what the configuration says. */
export type Limits = { readonly [Name in LimitName]: number }

/** What a shard takes and gives. */
export type ThroughputLimits = Pick<Limits, (typeof throughputNames)[number]>

const throughputNames = [
  'writeBytesPerShardPerSecond',
  'writeRecordsPerShardPerSecond',
  'readBytesPerShardPerSecond',
  'getCallsPerShardPerSecond',
  'getShardIteratorCallsPerShardPerSecond',
  'pushedBytesPerShardPerSecond',
] as const

/** Nothing but these of what may hold more. */
export function throughputOf(limits: ThroughputLimits): ThroughputLimits {
  return Object.fromEntries(throughputNames.map((name) => [name, limits[name]])) as ThroughputLimits
}

export const limits = {
  ...raisableLimits,
  recordsPerPutMax: 500,
  putRequestBytesMax: 10 * 1024 * 1024,
  /** Whole HTTP body: base64 of 10 MiB and what surrounds it. */
  bodyBytesMax: 16 * 1024 * 1024,
  recordBytesDefault: 1024 * 1024,
  recordBytesMax: 10 * 1024 * 1024,
  recordsPerGetMax: 10_000,
  getResponseBytesMax: 10 * 1024 * 1024,
  iteratorLifetimeMs: 300_000,
  retentionHoursDefault: 24,
  retentionHoursMin: 24,
  /** The minimum throughput that an account commits itself to cannot be given up before. */
  commitmentMs: 86_400_000,
  describedShardsMax: 100,
  listedStreamsMax: 100,
  listedShardsDefault: 1_000,
  listedConsumersDefault: 100,
  nextTokenLifetimeMs: 300_000,
  onDemandShardsAtStart: 4,
  /** One to files and one to tables. */
  channelsPerStreamMax: 2,
  listedChannelsMax: 100,
  /** How long a channel may keep data before it delivers them. */
  channelFreshnessSecondsMin: 300,
  channelFreshnessSecondsMax: 900,
  resourcePolicyBytesMax: 20 * 1024,
  subscriptionLifetimeMs: 300_000,
  /** So long after a successful SubscribeToShard the next one of the same consumer and shard is refused; later it takes over. */
  subscriptionSettledMs: 5_000,
  /** Of SubscribeToShard, one call of the same consumer and shard. */
  subscribeIntervalMs: 1_000,
  /** Of record data and partition keys in one event, or one larger record: SDKs refuse events of tens of megabytes. */
  subscriptionEventBytesMax: 1024 * 1024,
  /** After so long without records an event without any says that the subscription lives. */
  subscriptionSilenceMs: 5_000,
  clockSkewMs: 300_000,
  /** AWS's longest region has under 20. A shard iterator, of AWS's size, has room for so many beside any stream's name. */
  regionCharactersMax: 60,
} as const
