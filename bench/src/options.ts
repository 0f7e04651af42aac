import { parseArgs } from 'node:util'

export interface Options {
  readonly quick: boolean
  /** Parts of row names; empty: all. */
  readonly rows: readonly string[]
  /** Names of targets; empty: all. */
  readonly targets: readonly string[]
  readonly jsonFile: string | undefined
  readonly measuredMs: number
  /** Of rows that are about latencies. */
  readonly openLoopMs: number
  readonly warmupMs: number
  readonly diskMs: number
  readonly shards: number
  readonly connections: number
  /** Where Millrace's threads leave CPU profiles; undefined: none are taken. */
  readonly profileDir: string | undefined
}

export const usage = `npm run bench -- [options]
  --quick             short rows, for CI
  --rows a,b          only rows whose name contains one of these
  --targets a,b       only these of millrace, kinesalite, kinesis-mock, ministack
  --seconds N         measured time of a row (10; quick: 3, in open loop 10)
  --shards N          shards of each stream (8)
  --connections N     connections of the PutRecords rows (8)
  --json FILE         writes all figures to FILE, too
  --cpu-prof DIR      CPU profiles of Millrace's threads`

export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      rows: { type: 'string', default: '' },
      targets: { type: 'string', default: '' },
      seconds: { type: 'string' },
      shards: { type: 'string', default: '8' },
      connections: { type: 'string', default: '8' },
      json: { type: 'string' },
      'cpu-prof': { type: 'string' },
    },
  })
  const quick = values.quick
  return {
    quick,
    rows: listOf(values.rows),
    targets: listOf(values.targets),
    jsonFile: values.json,
    measuredMs: positive('seconds', values.seconds ?? (quick ? '3' : '10')) * 1000,
    // In three seconds a single pause of the disk decides the p99.
    openLoopMs: positive('seconds', values.seconds ?? '10') * 1000,
    warmupMs: quick ? 1000 : 2000,
    diskMs: quick ? 700 : 2000,
    shards: positive('shards', values.shards),
    connections: positive('connections', values.connections),
    profileDir: values['cpu-prof'],
  }
}

function listOf(text: string): string[] {
  return text.split(',').filter((part) => part !== '')
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new Error(`--${name} ${text}: a number above 0 is wanted`)
  return value
}
