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
  createStreamCallsPerSecond: 5,
  onDemandShardsAtStart: 4,
  shardQuotaDefault: 20_000,
  clockSkewMs: 300_000,
} as const
