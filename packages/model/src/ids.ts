/** The nouns by which everything in Millrace is addressed. A branded string is made only by the functions of this file or of `arn.ts`. */

declare const brand: unique symbol
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }

/** Twelve decimal digits. */
export type AccountId = Brand<string, 'AccountId'>
/** For example `us-east-1`. Every region is a namespace of its own. */
export type Region = Brand<string, 'Region'>
/** 1 to 128 characters of `[a-zA-Z0-9_.-]`, unique in an account and region at any one time. */
export type StreamName = Brand<string, 'StreamName'>
/**
 * Generated at creation, never used again: log, topics and iterators are keyed by it, so that a stream re-created under the
 * same name shows nothing of the old one. 32 lower-case hex digits.
 */
export type StreamId = Brand<string, 'StreamId'>
/** `shardId-` and twelve digits. */
export type ShardId = Brand<string, 'ShardId'>
/** The number in a shard id: 0 to 2,147,483,647, counted over the life of a stream, never given twice. */
export type ShardIndex = number

/** Where a shard's records are found. */
export interface ShardKey {
  readonly streamId: StreamId
  readonly shard: ShardIndex
}

export function shardIdOf(shard: ShardIndex): ShardId {
  return `shardId-${String(shard).padStart(12, '0')}` as ShardId
}

/** A key for maps: `streamId/shard`. */
export function shardKeyText(key: ShardKey): string {
  return `${key.streamId}/${key.shard}`
}

const shardIndexMax = 2_147_483_647

/**
 * AWS normalises shard ids: `0`, `anything-0` and `shardId-0` all mean shardId-000000000000.
 * Undefined where the text after the last `-` is no number up to 2,147,483,647.
 */
export function parseShardId(text: string): ShardIndex | undefined {
  const digits = text.slice(text.lastIndexOf('-') + 1)
  if (!/^[0-9]+$/.test(digits)) return undefined
  const shard = Number(digits)
  return shard <= shardIndexMax ? shard : undefined
}
