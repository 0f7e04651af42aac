import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventSource } from '@millrace/aws-wire'
import fc from 'fast-check'
import { FanOut, seen } from './subscribe.fixture.js'

type Step = 'put' | 'take' | 'wait' | 'leave'

const steps = fc.array(fc.constantFrom<Step>('put', 'put', 'take', 'wait', 'leave'), { maxLength: 60 })

/** A reader who now reads, now does not, and now subscribes anew from where he was. */
class Reader {
  readonly got: string[] = []
  private events: EventSource | undefined
  private continuation: string | undefined

  constructor(
    private readonly fanOut: FanOut,
    private readonly shard: number,
  ) {}

  async take(): Promise<void> {
    this.events ??= await this.begin()
    const event = this.events.next()
    this.fanOut.nowMs += 5_000
    this.fanOut.tick()
    const { data, continuation } = seen(await event)
    this.got.push(...data)
    this.continuation = continuation
  }

  leave(): void {
    this.events?.cancel()
    this.events = undefined
  }

  private begin(): Promise<EventSource> {
    const from = { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: this.continuation }
    this.fanOut.nowMs += 5_000
    return this.fanOut.subscribe(this.shard, this.continuation === undefined ? { Type: 'TRIM_HORIZON' } : from)
  }
}

test('whoever goes on from his continuation gets every record once and in order, however he reads', async (t) => {
  const property = fc.asyncProperty(
    steps,
    fc.constantFrom(0, 1),
    fc.constantFrom(300, 1e8),
    async (plan, shard, tailBytesMax) => {
      const fanOut = new FanOut(t, { tailBytesMax })
      const reader = new Reader(fanOut, shard)
      const wanted: string[] = []
      for (const step of plan) {
        if (step === 'take') await reader.take()
        if (step === 'leave') reader.leave()
        if (step === 'wait') fanOut.nowMs += 700
        if (step !== 'put') continue
        wanted.push(`${wanted.length}`, `${wanted.length + 1}`)
        await fanOut.put(shard, ...wanted.slice(-2))
      }
      while (reader.got.length < wanted.length) await reader.take()
      assert.deepEqual(reader.got, wanted)
    },
  )
  await fc.assert(property, { numRuns: 60 })
})
