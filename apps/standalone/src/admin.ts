import { createRequire } from 'node:module'
import type { AdminAnswers } from '@millrace/data-plane'

const { version } = createRequire(import.meta.url)('../package.json') as { version: string }

/** What the process says of itself. Ready from the moment when all parts run, until it begins to stop. */
export class Admin implements AdminAnswers {
  private ready = false
  private counters: () => Promise<readonly Readonly<Record<string, number>>[]> = async () => []

  /** `counters`: one record for each lane. */
  setReady(counters: () => Promise<readonly Readonly<Record<string, number>>[]>): void {
    this.ready = true
    this.counters = counters
  }

  setStopping(): void {
    this.ready = false
  }

  async health() {
    return { ready: this.ready, body: `${JSON.stringify({ live: true, ready: this.ready, version })}\n` }
  }

  async metrics(): Promise<string> {
    return metricsText(await this.counters())
  }
}

/** Prometheus text: one family for each counter, one sample for each lane. */
export function metricsText(lanes: readonly Readonly<Record<string, number>>[]): string {
  const names = new Set(lanes.flatMap((counters) => Object.keys(counters)))
  const lines = [...names].flatMap((name) => {
    const family = `millrace_${name.replace(/[A-Z]|[0-9]+/g, (part) => `_${part.toLowerCase()}`)}`
    const samples = lanes.map((counters, lane) => `${family}{lane="${lane}"} ${counters[name] ?? 0}`)
    return [`# TYPE ${family} ${gaugeNames.test(name) ? 'gauge' : 'counter'}`, ...samples]
  })
  return `${lines.join('\n')}\n`
}

/** Counters only rise; what is open, or the greatest of late, may fall. */
const gaugeNames = /Open$|Max$/
