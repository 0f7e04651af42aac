import { type CallRateName, callRateName, callRates, type LimitName, type RatedOperation, raisableLimits } from '@millrace/model'
import { integer, type Setting } from './setting.js'

const meanings: { readonly [Name in Exclude<LimitName, CallRateName>]: string } = {
  shardQuota: 'shards that an account may have in a region',
  onDemandStreamQuota: 'on-demand streams that an account may have in a region',
  creatingStreamsMax: 'streams of an account that may be CREATING at a time in a region',
  shardsPerStreamMax: 'shards that UpdateShardCount brings a stream to at most',
  retentionHoursMax: 'longest retention period of a stream',
  tagsPerResourceMax: 'tags of a stream, a consumer or a channel',
  warmThroughputMibpsMax: 'highest warm throughput of an on-demand stream',
  scalingsPerDayMax: 'how often UpdateShardCount may scale a stream in 24 hours',
  modeChangesPerDayMax: 'how often UpdateStreamMode may switch a stream in 24 hours',
  encryptionsPerDayMax: 'how often a stream may be given a key, and how often encryption may be stopped, in 24 hours',
  consumersPerStreamMax: 'consumers that may be registered with a stream',
  advantageConsumersPerStreamMax:
    'the same, for on-demand streams of an account that has committed itself to a minimum throughput',
  creatingConsumersMax: 'consumers of an account that may be CREATING at a time in a region',
  writeBytesPerShardPerSecond: 'bytes that a shard takes in a second',
  writeRecordsPerShardPerSecond: 'records that a shard takes in a second',
  readBytesPerShardPerSecond: 'bytes that GetRecords reads from a shard in a second',
  getCallsPerShardPerSecond: 'calls of GetRecords for a shard in a second',
  getShardIteratorCallsPerShardPerSecond: 'calls of GetShardIterator for a shard in a second',
  pushedBytesPerShardPerSecond: 'bytes that a consumer is pushed from a shard in a second',
}

const max = 1_000_000_000

/** A setting for every limit that can be raised; its variable is made of its name, so that no limit is without one. */
export const limitSettings = Object.fromEntries([
  ...Object.entries(meanings).map(([name, meaning]) => limitSetting(name as LimitName, meaning)),
  ...Object.entries(callRates).map(([operation, { by }]) => {
    const whose = by === 'account' ? 'of an account in a region' : 'for a stream'
    return limitSetting(callRateName(operation as RatedOperation), `calls of ${operation} ${whose} in a second`)
  }),
]) as { readonly [Name in LimitName]: Setting<number> }

function limitSetting(name: LimitName, meaning: string): [LimitName, Setting<number>] {
  // A quota of 0 says that there shall be none; a rate of 0 would stop what it limits.
  const min = name.endsWith('PerSecond') ? 1 : 0
  return [name, integer(variableOf(name), raisableLimits[name], { min, max }, meaning)]
}

function variableOf(name: string): string {
  return `MILLRACE_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}
