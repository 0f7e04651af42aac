import type { Answer, KinesisClient } from '@millrace/testkit'
import type { Ledger } from '../ledger/ledger.js'
import type { Send } from '../ledger/send-ledger.js'
import { isAbove } from '../ledger/shard-ledger.js'
import type { StreamLedger } from '../ledger/stream-ledger.js'
import type { Random } from '../random.js'
import { hashKeyOf, makeRecord, type TestRecord } from '../record-identity.js'
import { Violation } from '../violation.js'
import type { Rules } from './rules.js'

/** Answers that leave open whether a record was stored. */
const unknownOutcomes = new Set(['InternalFailure', 'ServiceUnavailable', 'InternalFailureException'])

interface Entry {
  readonly record: TestRecord
  readonly explicitHashKey: bigint | undefined
  readonly hashKey: bigint
}

interface SentEntry extends Entry {
  readonly send: Send
}

interface PutResult {
  readonly SequenceNumber?: string
  readonly ShardId?: string
  readonly ErrorCode?: string
}

/** Puts records one request after another, in all sizes, and enters what was answered into the ledger. */
export class Writer {
  /** Records whose answer never came: some are sent again, as a client's retry does. */
  private unanswered: { readonly stream: StreamLedger; readonly entries: readonly Entry[] } | undefined

  constructor(
    private readonly ledger: Ledger,
    private readonly random: Random,
  ) {}

  async run(client: KinesisClient, rules: Rules, isOver: () => boolean): Promise<void> {
    await this.sendAgain(client, rules)
    while (!isOver()) {
      const live = this.ledger.live
      if (live.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
      else if (!(await this.put(client, this.random.pick(live), undefined, rules))) return
    }
  }

  private async sendAgain(client: KinesisClient, rules: Rules): Promise<void> {
    const { unanswered } = this
    this.unanswered = undefined
    if (unanswered && unanswered.stream.life === 'live' && this.random.chance(0.7))
      await this.put(client, unanswered.stream, unanswered.entries, rules)
  }

  /** False: the server is gone. */
  private async put(
    client: KinesisClient,
    stream: StreamLedger,
    again: readonly Entry[] | undefined,
    rules: Rules,
  ): Promise<boolean> {
    const entries = again ?? this.makeEntries()
    const sentTick = this.ledger.tick()
    const sent = entries.map((entry) => ({ ...entry, send: stream.sent(entry.record.id, entry.hashKey, sentTick) }))
    const single = sent.length === 1 && this.random.chance(0.8)
    const outcome = single
      ? await client.call('PutRecord', { StreamName: stream.name, ...inputOf(sent[0] as SentEntry) })
      : await client.call('PutRecords', { Records: sent.map(inputOf), StreamName: stream.name })
    if (outcome.kind === 'answer') {
      this.takeAnswer(stream, sent, outcome, rules)
      return true
    }
    this.ledger.unansweredPuts += 1
    this.unanswered = { stream, entries }
    if (!rules.isDying())
      throw new Violation('a put got no answer from a running server', { stream: stream.name, reason: outcome.reason })
    return false
  }

  private makeEntries(): Entry[] {
    const count = this.random.chance(0.4) ? 1 : this.random.magnitude(1, 150)
    return Array.from({ length: count }, () => {
      const record = makeRecord(this.random)
      const explicitHashKey = this.random.chance(0.3) ? this.random.hashKey() : undefined
      return { record, explicitHashKey, hashKey: explicitHashKey ?? hashKeyOf(record.partitionKey) }
    })
  }

  private takeAnswer(stream: StreamLedger, sent: readonly SentEntry[], answer: Answer, rules: Rules): void {
    if (answer.status !== 200) return this.takeRefusal(stream, sent, answer, rules)
    const output = answer.output as { Records?: readonly PutResult[] } & PutResult
    const results = output.Records ?? [output]
    if (results.length !== sent.length)
      throw new Violation('a put has more or fewer results than records', { sent: sent.length, results: results.length })
    sent.forEach((entry, i) => this.takeResult(stream, entry, results[i] as PutResult, rules))
    checkOrder(sent)
  }

  private takeResult(stream: StreamLedger, { send, record }: SentEntry, result: PutResult, rules: Rules): void {
    if (result.ErrorCode !== undefined) {
      if (!unknownOutcomes.has(result.ErrorCode)) stream.refused(send)
      if (!mayRefuse(stream, rules) && stream.life === 'live')
        throw new Violation('a record was refused by a running server', { stream: stream.name, result })
      return
    }
    stream.acknowledged(send, result.ShardId ?? '', result.SequenceNumber ?? '')
    this.ledger.acknowledgedRecords += 1
    this.ledger.acknowledgedBytes += record.data.length
  }

  private takeRefusal(stream: StreamLedger, sent: readonly SentEntry[], answer: Answer, rules: Rules): void {
    const code = answer.errorCode ?? ''
    if (!unknownOutcomes.has(code)) for (const { send } of sent) stream.refused(send)
    const isDeleted = code === 'ResourceNotFoundException' && stream.life !== 'live'
    if (!isDeleted && !mayRefuse(stream, rules))
      throw new Violation('a put was refused by a running server', { stream: stream.name, answer })
  }
}

function inputOf({ record, explicitHashKey }: Entry): Record<string, string> {
  const input = { Data: record.data.toString('base64'), PartitionKey: record.partitionKey }
  return explicitHashKey === undefined ? input : { ...input, ExplicitHashKey: String(explicitHashKey) }
}

/** Postgres may die between the seal of a shard and the map that leads on: then its records are refused when they have waited. */
function mayRefuse(stream: StreamLedger, rules: Rules): boolean {
  return rules.isDying() || (rules.isPostgresAway() && stream.reshard !== undefined)
}

/** Within a request the records of a shard keep their order. */
function checkOrder(sent: readonly SentEntry[]): void {
  const last = new Map<string, string>()
  for (const { send } of sent) {
    if (send.acknowledged === undefined) continue
    const { shardId, sequenceNumber } = send.acknowledged
    if (!isAbove(sequenceNumber, last.get(shardId) ?? '')) {
      throw new Violation('the records of a request lie in another order', { send, last: last.get(shardId) })
    }
    last.set(shardId, sequenceNumber)
  }
}
