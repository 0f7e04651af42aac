import type { ReadPosition } from '@millrace/log-store'
import { type ShardKey, type StreamId, shardKeyText } from '@millrace/model'
import { makeAttempt } from './attempt.js'
import { LogProcess } from './log-process.js'
import type { Mutation } from './mutations.js'
import { Random } from './random.js'
import { BrokenPromise, ShardLedger } from './shard-ledger.js'
import { SimulatedDisk } from './simulated-disk.js'
import { Turns } from './turns.js'
import { WrittenOffsets } from './written-offsets.js'

export interface SimulationResult {
  readonly appendsAcknowledged: number
  readonly crashes: number
  readonly compactions: number
  /** What happened, in order; the same for the same seed. */
  readonly trace: readonly string[]
}

/** One run of the log on the simulated disk. Rejects with a `BrokenPromise` where the log does not do what it says. */
export async function simulate(seed: number, mutation?: Mutation): Promise<SimulationResult> {
  const mend = mutation?.patch?.()
  const simulation = new Simulation(seed, mutation)
  try {
    return await simulation.run()
  } catch (error) {
    if (error instanceof BrokenPromise) error.trace = simulation.trace
    throw error
  } finally {
    mend?.()
  }
}

const actionsPerRun = 300
const shardsAtOnce = 6
const smallLog = {
  segmentAgeMs: 20_000,
  reserveBytes: 4096,
  compactionBytesPerTick: 4096,
  returnStepBytes: 2048,
  sparesMax: 2,
  footerCacheBytes: 1000,
  filesOpenMax: 3,
}

interface SimulatedShard {
  readonly key: ShardKey
  readonly ledger: ShardLedger
}

class Simulation {
  private readonly random: Random
  private readonly turns: Turns
  private readonly disk: SimulatedDisk
  private readonly written = new WrittenOffsets()
  private readonly shards: SimulatedShard[] = []
  readonly trace: string[] = []
  private nowMs = 1_000_000
  private life = 0
  private attempts = 0
  private streams = 0
  private shardsMade = 0
  private readonly deletedStreams = new Set<StreamId>()
  private acknowledged = 0
  private crashes = 0
  private compactions = 0
  /** Calls of the log that have not been answered. */
  private readonly underWay = new Set<{ readonly what: string }>()
  private broken: unknown
  private process: LogProcess | undefined
  /** How often an operation of the disk fails while the log is in use. */
  private readonly faultRate: number

  constructor(
    seed: number,
    private readonly mutation: Mutation | undefined,
  ) {
    this.random = new Random(seed)
    this.turns = new Turns(this.random)
    this.disk = new SimulatedDisk({ random: this.random, schedule: this.turns.add })
    this.faultRate = this.random.pick([0, 0, 0.01, 0.05])
  }

  async run(): Promise<SimulationResult> {
    while (this.shards.length < shardsAtOnce) this.addShard()
    await this.start()
    for (let action = 0; action < actionsPerRun; action++) {
      await this.act()
      for (let steps = this.random.below(8); steps > 0; steps--) await this.step()
    }
    await this.checkAll('at the end')
    await this.crash()
    await this.checkAll('after the last crash')
    await this.restart()
    await this.checkAll('after the last restart')
    const back = this.live.keeper.streams().find((streamId) => this.deletedStreams.has(streamId))
    if (back) throw new BrokenPromise(`stream ${back} was deleted, and is there again`)
    return { appendsAcknowledged: this.acknowledged, crashes: this.crashes, compactions: this.compactions, trace: this.trace }
  }

  private async act(): Promise<void> {
    const shard = this.random.pick(this.shards)
    const choice = this.random.below(100)
    if (choice < 60) this.append(shard)
    else if (choice < 78) this.read(shard)
    else if (choice < 83) this.nowMs += this.random.pick([1, 100, 5000])
    else if (choice < 88) this.tick()
    else if (choice < 91) this.trim(shard)
    else if (choice < 92) this.random.pick([this.open, this.open, this.deleteStream]).call(this, shard)
    else if (choice < 94) this.seal(shard)
    else if (choice < 96)
      this.disk.capacityBytes = this.random.pick([Number.MAX_SAFE_INTEGER, this.disk.usedBytes + this.random.below(20_000)])
    else if (choice < 98) await this.restart()
    else await this.crash()
  }

  private append({ key, ledger }: SimulatedShard): void {
    const attempt = makeAttempt(++this.attempts, key, this.nowMs - this.random.below(3), this.life, this.random)
    const sealedBefore = ledger.isSealed
    ledger.attempted(attempt)
    this.call('append', this.live.laneOf(key).append(attempt.batch), (outcome) => {
      this.note(`${attempt.number} ${JSON.stringify(outcome)}`)
      if (outcome.kind === 'appended') this.acknowledged++
      ledger.settled(attempt, outcome, sealedBefore)
    })
  }

  private read({ key, ledger }: SimulatedShard): void {
    const from: ReadPosition = this.random.chance(0.7)
      ? { kind: 'offset', offset: this.random.below(40) }
      : { kind: 'timestamp', arrivalMs: this.nowMs - this.random.below(10_000) }
    const limit = { recordsMax: this.random.pick([1, 5, 1000]), bytesMax: this.random.pick([1, 1000, 1_000_000]) }
    const expected = ledger.expect(from)
    const { life } = this
    this.call('read', this.live.laneOf(key).read(key, from, limit), (page) => {
      this.note(`read ${shardKeyText(key)} ${page.batches.length} ${page.nextOffset}`)
      ledger.check(page, expected, life)
    })
  }

  private tick(): void {
    const { keeper, lanes } = this.live
    if (this.random.chance(0.5)) this.call('tick of the keeper', keeper.tick(), () => {})
    else this.call('tick of a lane', this.random.pick(lanes).tick(), () => {})
  }

  private trim({ key, ledger }: SimulatedShard): void {
    const beforeMs = this.nowMs - this.random.below(20_000)
    this.live.laneOf(key).trim(key, beforeMs)
    ledger.trim(beforeMs)
  }

  private seal({ key, ledger }: SimulatedShard): void {
    ledger.askSeal()
    const seal = this.live.laneOf(key).seal(key)
    this.call(
      'seal',
      seal.catch(() => undefined),
      (sealed) => {
        this.note(`seal ${shardKeyText(key)} ${sealed?.endOffset}`)
        if (!sealed) return
        if (!ledger.isSealed) this.addShard()
        ledger.sealed(sealed.endOffset)
      },
    )
  }

  private async restart(): Promise<void> {
    this.mendDisk()
    this.call('stop', this.live.stop(), () => this.note('stopped'))
    await this.drain()
    this.endProcess()
    await this.start()
  }

  private async crash(): Promise<void> {
    this.crashes++
    await this.turns.clear()
    this.underWay.clear()
    this.disk.crash()
    this.endProcess()
    await this.start()
  }

  private endProcess(): void {
    this.compactions += this.process?.keeper.figures().compactions ?? 0
    this.process = undefined
    this.written.processEnded()
    for (const { ledger } of this.shards) ledger.processEnded()
  }

  /** Opens the log, which a crash may interrupt too. */
  private async start(): Promise<void> {
    this.mendDisk()
    for (;;) {
      this.life++
      const lanes = this.random.pick([1, 2, 3, 4])
      this.note(`start ${this.life} with ${lanes} lanes`)
      const settings = { ...smallLog, segmentBytes: this.random.pick([8192, 16_384, 65_536]) }
      const disk = this.mutation?.wrap?.(this.disk) ?? this.disk
      const { turns, report } = this
      const options = {
        fileSystem: this.written.watch(disk),
        turns,
        nowMs: () => this.nowMs,
        lanes,
        settings,
        report,
        randomBytes: this.random.bytes,
      }
      const started = LogProcess.start(options).catch((error: Error) => {
        throw new BrokenPromise(`the log cannot be opened: ${error.message}`)
      })
      this.call('start', started, (process) => {
        this.process = process
      })
      const crashAfter = this.random.chance(0.1) ? this.random.below(200) : Number.POSITIVE_INFINITY
      for (let steps = 0; !this.process && steps < crashAfter; steps++) await this.step(true)
      if (this.process) break
      this.crashes++
      await this.turns.clear()
      this.underWay.clear()
      this.disk.crash()
      this.written.processEnded()
    }
    for (const streamId of this.live.keeper.streams())
      if (this.deletedStreams.has(streamId)) this.live.keeper.deleteStream(streamId)
    this.disk.fault = () => (this.random.chance(this.faultRate) ? 'EIO' : undefined)
  }

  private mendDisk(): void {
    this.disk.capacityBytes = Number.MAX_SAFE_INTEGER
    this.disk.fault = () => undefined
  }

  /** Reads all shards from the beginning to the end. */
  private async checkAll(when: string): Promise<void> {
    this.mendDisk()
    await this.drain()
    this.note(`check ${when}`)
    for (const { key, ledger } of this.shards) {
      for (let offset = 0; ; ) {
        const from = { kind: 'offset', offset } as const
        const expected = ledger.expect(from)
        const limit = { recordsMax: this.random.pick([7, 1000]), bytesMax: 1_000_000 }
        let next = offset
        let end = 0
        this.call('read', this.live.laneOf(key).read(key, from, limit), (page) => {
          ledger.check(page, expected, this.life)
          next = page.nextOffset
          end = page.endOffset
        })
        await this.drain()
        if (next >= end) break
        if (next <= offset) throw new BrokenPromise('a page that is not the last does not move on')
        offset = next
      }
    }
  }

  private async drain(): Promise<void> {
    while (this.underWay.size > 0) await this.step(true)
  }

  private async step(mustMove = false): Promise<void> {
    const moved = await this.turns.step()
    const broken = this.broken ?? this.written.broken
    if (broken) throw broken
    if (!moved && mustMove && this.underWay.size > 0)
      throw new BrokenPromise(
        `nothing is under way, and no answer has come to: ${[...this.underWay].map(({ what }) => what).join()}`,
      )
  }

  /** `what`: for the trace, where no answer comes. */
  private call<T>(what: string, promise: Promise<T>, onAnswer: (answer: T) => void): void {
    const { life } = this
    const call = { what }
    this.underWay.add(call)
    promise
      .then((answer) => {
        if (life !== this.life) return
        this.underWay.delete(call)
        onAnswer(answer)
      })
      .catch((error: unknown) => {
        this.broken ??= error
      })
  }

  private addShard(): void {
    const newest = this.shards.at(-1)?.key.streamId
    const streamId = newest && this.random.chance(0.6) ? newest : (String(++this.streams).padStart(32, '7') as StreamId)
    const key = { streamId, shard: ++this.shardsMade }
    this.shards.push({ key, ledger: new ShardLedger(shardKeyText(key)) })
  }

  /** Deletes a stream as a control plane does that has forgotten it: what the log still knows later is deleted again. */
  private deleteStream({ key: { streamId } }: SimulatedShard): void {
    this.note(`delete ${streamId}`)
    this.live.laneOf({ streamId, shard: 0 }).deleteStream(streamId)
    for (const { key, ledger } of this.shards) if (key.streamId === streamId) ledger.isDeleted = true
    this.shards.splice(0, this.shards.length, ...this.shards.filter(({ ledger }) => !ledger.isDeleted))
    this.deletedStreams.add(streamId)
    while (this.shards.length < shardsAtOnce) this.addShard()
  }

  private open({ key, ledger }: SimulatedShard): void {
    const expected = ledger.expect({ kind: 'offset', offset: 0 })
    this.call('open', this.live.laneOf(key).open(key), (state) => ledger.checkState(state, expected))
  }

  private get live(): LogProcess {
    if (!this.process) throw new Error('no process is running')
    return this.process
  }

  private readonly report = (report: unknown): void => {
    this.note(JSON.stringify(report))
  }

  private note(event: string): void {
    this.trace.push(event)
  }
}
