import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@millrace/testkit'
import { install, startPeer } from './peer-process.js'
import type { Target } from './target.js'

/** Peers are fetched when a run asks for them, so that nobody who only runs the server installs them. */
const versions = { kinesalite: '3.3.3', 'kinesis-local': '0.6.2' } as const

function packageFolder(peersDir: string, name: keyof typeof versions): string {
  const folder = join(peersDir, 'node_modules', name)
  if (existsSync(folder)) return folder
  mkdirSync(peersDir, { recursive: true })
  const packages = Object.entries(versions).map(([each, version]) => `${each}@${version}`)
  install('npm', ['install', '--prefix', peersDir, '--ignore-scripts', '--no-audit', '--no-fund', ...packages], peersDir)
  return folder
}

export function kinesalite(peersDir: string, workDir: string): Target {
  return {
    name: 'kinesalite',
    durability: 'LevelDB on disk, not synced',
    start: async () => {
      const cwd = packageFolder(peersDir, 'kinesalite')
      const port = await freePort()
      const options = { port, path: join(workDir, 'kinesalite'), shardLimit: 1000, createStreamMs: 10, deleteStreamMs: 10 }
      const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
      return startPeer({ command: process.execPath, args: ['cli.js', ...args], cwd, env: {}, port })
    },
  }
}

export function kinesisMock(peersDir: string): Target {
  return {
    name: 'kinesis-mock',
    durability: 'memory',
    start: async () => {
      const cwd = packageFolder(peersDir, 'kinesis-local')
      const port = await freePort()
      const env = {
        KINESIS_MOCK_PLAIN_PORT: String(port),
        KINESIS_MOCK_TLS_PORT: String(await freePort()),
        SHARD_LIMIT: '1000',
        CREATE_STREAM_DURATION: '10ms',
        LOG_LEVEL: 'ERROR',
      }
      return startPeer({ command: process.execPath, args: ['main.js'], cwd, env, port })
    },
  }
}
