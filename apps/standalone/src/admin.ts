import { createRequire } from 'node:module'
import type { AdminAnswers } from '@millrace/data-plane'
import { prometheusText, type Sample } from '@millrace/service-kit'
import { metrics } from './metrics.js'

const { version } = createRequire(import.meta.url)('../package.json') as { version: string }

/** What the process says of itself. Ready from the moment when all parts run, until it begins to stop. */
export class Admin implements AdminAnswers {
  private ready = false
  private samples: () => Promise<readonly Sample[]> = async () => []

  setReady(samples: () => Promise<readonly Sample[]>): void {
    this.ready = true
    this.samples = samples
  }

  setStopping(): void {
    this.ready = false
  }

  async health() {
    return { ready: this.ready, body: `${JSON.stringify({ live: true, ready: this.ready, version })}\n` }
  }

  async metrics(): Promise<string> {
    return prometheusText(metrics, await this.samples())
  }
}
