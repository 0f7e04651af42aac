import { randomBytes } from 'node:crypto'
import { KinesisClient, type StandaloneServer } from '@millrace/testkit'

const perSecond = 200
const connections = 64

/** Puts a record to each of its streams in turn, at an even rate whatever the server does: latencies count from when a put was due. */
export class SteadyWriter {
  readonly streams: string[]
  private latenciesMs: number[] = []
  private failed = 0
  private readonly idle: KinesisClient[]
  private readonly overdue: number[] = []
  private sent = 0
  private readonly timer: NodeJS.Timeout
  private readonly startMs = performance.now()
  private scheduled = 0
  private underWay = new Set<Promise<void>>()

  constructor(server: StandaloneServer, stream: string) {
    this.streams = [stream]
    this.idle = Array.from({ length: connections }, () => new KinesisClient(server.endpoint, server.credentials()))
    this.timer = setInterval(() => this.tick(), 1)
  }

  take() {
    const sorted = this.latenciesMs.sort((a, b) => a - b)
    const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
    const figures = { count: sorted.length, failed: this.failed, p50: at(0.5), p99: at(0.99), max: at(1) }
    this.latenciesMs = []
    this.failed = 0
    return figures
  }

  async stop(): Promise<void> {
    clearInterval(this.timer)
    await Promise.all(this.underWay)
    for (const client of this.idle) client.close()
  }

  private tick(): void {
    const nowMs = performance.now()
    for (; this.dueMs() <= nowMs; this.scheduled++) this.overdue.push(this.dueMs())
    while (this.overdue.length > 0 && this.idle.length > 0)
      this.send(this.idle.shift() as KinesisClient, this.overdue.shift() as number)
  }

  private dueMs(): number {
    return this.startMs + (this.scheduled * 1000) / perSecond
  }

  private send(client: KinesisClient, dueMs: number): void {
    const StreamName = this.streams[this.sent++ % this.streams.length]
    const input = { StreamName, PartitionKey: randomBytes(8).toString('hex'), Data: randomBytes(256).toString('base64') }
    const put = client.call('PutRecord', input).then((outcome) => {
      this.latenciesMs.push(performance.now() - dueMs)
      if (outcome.kind === 'lost' || outcome.status !== 200) this.failed++
      this.idle.push(client)
      this.underWay.delete(put)
    })
    this.underWay.add(put)
  }
}
