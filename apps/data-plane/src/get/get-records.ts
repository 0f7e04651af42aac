import type { GetRecordsInput } from '@millrace/aws-models'
import type { AnswerNeed, AnswerReader, AnswerRoom, GetRecordsPage, OperationHandler } from '@millrace/aws-wire'
import { type DomainError, err, limits, ok, parseStreamArn, type Result, shardIdOf } from '@millrace/model'
import {
  type IteratorPosition,
  nameMismatch,
  openIterator,
  type ReadReply,
  type ShardEntry,
  type ShardMap,
  type StreamView,
  sealIterator,
} from '@millrace/streams'
import { followingMap, noOwner } from '../route/moving-shard.js'
import type { Owners } from '../route/owners.js'
import { childShardsOf } from './child-shards.js'
import { pageBatchOf } from './page-batch.js'
import { readRateExceeded } from './read-rate-exceeded.js'

/** How long a page waits until there is room for it. */
const roomWaitMs = 10_000

/** As text, base64 and all. */
const roomBytes = (recordBytes: number) => Math.ceil((recordBytes * 4) / 3)
const shortPageBytes = 1024 * 1024
const fullPage: AnswerNeed = { bytes: roomBytes(limits.getResponseBytesMax), shortBytes: roomBytes(limits.getResponseBytesMax) }
/** Clients take a page with fewer records than they asked for as one that ends there. */
const pageOrShort: AnswerNeed = { bytes: fullPage.bytes, shortBytes: roomBytes(shortPageBytes) }

/** GetRecords: opens the iterator, asks the shard's owner for a page, and says where to read on. */
export class GetRecords {
  constructor(
    private readonly map: ShardMap,
    private readonly owners: Owners,
    private readonly iteratorKey: () => Uint8Array,
    private readonly nowMs: () => number,
    private readonly room: AnswerRoom,
  ) {}

  handler(): OperationHandler {
    return {
      form: 'get',
      handle: followingMap(this.map, ({ request }, input) => this.get(request.reader, input as GetRecordsInput)),
    }
  }

  private async get(reader: AnswerReader, input: GetRecordsInput): Promise<Result<GetRecordsPage, DomainError>> {
    const position = openIterator(input.ShardIterator ?? '', this.iteratorKey())
    if (!position) return err(invalidIterator)
    const expired = this.expiry(position)
    if (expired) return err(expired)
    const located = this.locate(input, position)
    if (!located.ok) return located
    if (input.DryRun) return err({ kind: 'DryRunPassed', operation: 'GetRecords' })
    const { stream, shard } = located.value
    const reply = await this.read(reader, stream, shard, position, input.Limit)
    return this.answer(reply, stream, shard, position)
  }

  /** One from the future too, which a clock that was set back leaves behind: its holder gets another, where an invalid one would end him. */
  private expiry(position: IteratorPosition): DomainError | undefined {
    const nowMs = this.nowMs()
    if (Math.abs(nowMs - position.createdMs) <= limits.iteratorLifetimeMs) return undefined
    const message =
      `Iterator expired. The iterator was created at time ${utcText(position.createdMs)} while right now it is ${utcText(nowMs)} ` +
      `which is further in the future than the tolerated delay of ${limits.iteratorLifetimeMs} milliseconds.`
    return { kind: 'IteratorExpired', message }
  }

  private locate(input: GetRecordsInput, position: IteratorPosition) {
    const stream = this.map.byStreamId(position.streamId)
    const shard = stream?.isServing ? stream.shard(position.shard) : undefined
    if (!stream || !shard) return err<DomainError>(stream?.expects(position.shard) ? noOwner : gone(position))
    const named = input.StreamARN === undefined ? undefined : parseStreamArn(input.StreamARN)
    if (named && named.name !== position.streamName) {
      return err<DomainError>({ kind: 'InvalidArgument', message: nameMismatch(position.streamName, named.name) })
    }
    if (named && named.account !== position.account) return err(invalidIterator)
    return ok({ stream, shard })
  }

  private async read(
    reader: AnswerReader,
    stream: StreamView,
    shard: ShardEntry,
    position: IteratorPosition,
    limit: number | undefined,
  ): Promise<ReadReply> {
    const owner = this.owners.at(shard.owner)
    if (!owner) return { kind: 'notOwner' }
    const { id, maxRecordBytes } = stream.entry
    // A record that is larger than a short page would come whole all the same.
    const need = maxRecordBytes > shortPageBytes ? fullPage : pageOrShort
    const read = (isShort: boolean) =>
      owner.read({
        shard: { streamId: id, shard: shard.index },
        from: position.from,
        recordsMax: limit ?? limits.recordsPerGetMax,
        bytesMax: isShort ? shortPageBytes : limits.getResponseBytesMax,
      })
    const reply = await this.room.holding(reader, need, roomWaitMs, read)
    return reply ?? { kind: 'Unavailable', outcome: 'none', reason: 'answers that nobody takes fill their budget' }
  }

  private answer(
    reply: ReadReply,
    stream: StreamView,
    shard: ShardEntry,
    position: IteratorPosition,
  ): Result<GetRecordsPage, DomainError> {
    switch (reply.kind) {
      case 'throttled':
        return err(readRateExceeded(stream.entry, shard.index))
      case 'notOwner':
        return err(noOwner)
      case 'Unavailable':
        return err(reply)
      case 'page': {
        const next: IteratorPosition = {
          ...position,
          createdMs: this.nowMs(),
          from: { kind: 'offset', offset: reply.nextOffset },
        }
        // A shard is sealed before the map shows its children: until it does, the reader is told to come again.
        const children = reply.atEnd ? childShardsOf(stream, shard.index) : []
        return ok({
          batches: reply.batches.map((batch) => pageBatchOf(batch, shard)),
          nextShardIterator: children.length > 0 ? undefined : sealIterator(next, this.iteratorKey()),
          millisBehindLatest: reply.millisBehindLatest,
          childShards: children.length > 0 ? children : undefined,
        })
      }
    }
  }
}

const invalidIterator: DomainError = { kind: 'InvalidArgument', message: 'Invalid ShardIterator.' }

function gone({ shard, streamName, account }: IteratorPosition): DomainError {
  return { kind: 'ShardDoesNotExist', shardId: shardIdOf(shard), stream: streamName, account }
}

/** As Java prints a date: `Thu Jan 22 01:22:02 UTC 2015`. */
function utcText(ms: number): string {
  const [weekday, day, month, year, time] = new Date(ms).toUTCString().replace(',', '').split(' ')
  return `${weekday} ${month} ${day} ${time} UTC ${year}`
}
