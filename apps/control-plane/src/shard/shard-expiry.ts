import type { StreamChange, StreamMetadata } from '@millrace/metadata'
import { type Clock, ok } from '@millrace/model'
import type { Logger } from '@millrace/service-kit'
import type { StreamDirectory } from '../stream/stream-directory.js'
import type { StreamWriter } from '../stream/stream-writer.js'
import { hasShards, keptShards } from './shard-life.js'

/**
 * How often, and how long after a start at the earliest. A lane trims what the map shows; it has this long to do so, and to make it
 * durable, before a shard whose retention is over is gone from the map. What is not removed now is hidden nevertheless.
 */
const everyMs = 600_000
/** Streams in one transaction; the others wait for the next time. */
const changesMax = 100

/** Removes closed shards whose retention is over, so that what is stored of a stream does not grow with its reshards. */
export class ShardExpiry {
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly writer: StreamWriter,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.advance().catch((error) => this.logger.error('expired shards could not be removed; trying again', { error }))
    }, everyMs)
  }

  stop(): void {
    clearInterval(this.timer)
  }

  /** Removes what has expired by now. */
  async advance(): Promise<void> {
    const done = await this.writer.change((directory) => {
      return ok({ changes: expiries(directory, this.clock.nowMs()), answer: undefined })
    })
    if (!done.ok) throw new Error('expired shards could not be removed', { cause: done.error })
  }
}

function expiries(directory: StreamDirectory, nowMs: number): StreamChange[] {
  const changes: StreamChange[] = []
  for (const before of directory.all()) {
    if (changes.length === changesMax) break
    if (hasShards(before.status) && mayHaveExpired(before)) changes.push(...expiry(before, nowMs))
  }
  return changes
}

function mayHaveExpired({ shards }: StreamMetadata): boolean {
  return shards.some((shard) => shard.closedSecond !== undefined)
}

function expiry(before: StreamMetadata, nowMs: number): StreamChange[] {
  const shards = keptShards(before, nowMs)
  return shards.length === before.shards.length ? [] : [{ kind: 'changed', before, after: { ...before, shards } }]
}
