import { setTimeout as sleep } from 'node:timers/promises'
import type { Endpoint } from '@millrace/testkit'

const everyMs = 500
const holdLine = /^millrace_(main_)?loop_hold_max_seconds(?:\{lane="(\d+)"\})? (\S+)$/gm

/** The longest hold of every event loop of a server, as its metrics tell it. */
export class HoldWatch {
  private longestMs = new Map<string, number>()
  private isRunning = true

  constructor(private readonly endpoint: Endpoint) {
    void this.watch()
  }

  /** By loop, since the last call. */
  async take(): Promise<ReadonlyMap<string, number>> {
    await this.look()
    const { longestMs } = this
    this.longestMs = new Map()
    return longestMs
  }

  stop(): void {
    this.isRunning = false
  }

  private async watch(): Promise<void> {
    while (this.isRunning) {
      await sleep(everyMs)
      await this.look().catch(() => {})
    }
  }

  /** The server counts from one question to the next. */
  private async look(): Promise<void> {
    const { host, port } = this.endpoint
    const text = await (await fetch(`http://${host}:${port}/metrics`)).text()
    for (const [, main, lane, seconds] of text.matchAll(holdLine)) {
      const loop = main ? 'main' : `lane ${lane}`
      this.longestMs.set(loop, Math.max(this.longestMs.get(loop) ?? 0, Number(seconds) * 1000))
    }
  }
}
