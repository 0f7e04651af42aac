/** AWS's limits, in one place (Amazon Kinesis Data Streams developer guide, "Quotas and limits"). Units last. */
export const limits = {
  recordsPerPutMax: 500,
  putRequestBytesMax: 10 * 1024 * 1024,
  /** Whole HTTP body: base64 of 10 MiB and what surrounds it. */
  bodyBytesMax: 16 * 1024 * 1024,
  recordBytesDefault: 1024 * 1024,
  recordBytesMax: 10 * 1024 * 1024,
  recordsPerGetMax: 10_000,
  getResponseBytesMax: 10 * 1024 * 1024,
  getCallsPerShardPerSecond: 5,
  readBytesPerShardPerSecond: 2 * 1024 * 1024,
  writeBytesPerShardPerSecond: 1024 * 1024,
  writeRecordsPerShardPerSecond: 1000,
  iteratorLifetimeMs: 300_000,
  retentionHoursDefault: 24,
  retentionHoursMax: 8760,
  creatingStreamsMax: 5,
  onDemandStreamsMax: 50,
  tagsPerResourceMax: 50,
  describedShardsMax: 100,
  listedStreamsMax: 100,
  listedShardsDefault: 1_000,
  listedConsumersDefault: 100,
  consumersPerStreamMax: 20,
  /** Of all streams of an account in a region, at a time. */
  creatingConsumersMax: 5,
  nextTokenLifetimeMs: 300_000,
  /** Per account and region; of ListShards per stream. */
  callsPerSecond: {
    CreateStream: 5,
    DeleteStream: 5,
    DescribeStream: 10,
    DescribeStreamSummary: 20,
    ListShards: 1_000,
    ListStreams: 5,
  },
  onDemandShardsAtStart: 4,
  shardQuotaDefault: 20_000,
  shardsPerStreamMax: 10_000,
  /** UpdateShardCount, of a stream in a rolling period of 24 hours. */
  scalingsPerDayMax: 10,
  subscriptionLifetimeMs: 300_000,
  /** So long after a successful SubscribeToShard the next one of the same consumer and shard is refused; later it takes over. */
  subscriptionSettledMs: 5_000,
  /** Of SubscribeToShard, one call of the same consumer and shard. */
  subscribeIntervalMs: 1_000,
  clockSkewMs: 300_000,
} as const
