import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@millrace/testkit'
import { install, startPeer } from './peer-process.js'
import type { Target } from './target.js'

const version = '1.5.33'

/** In Python; where Python with venv and pip is not on the machine, the run goes on without it. */
export function ministack(peersDir: string): Target {
  return {
    name: 'ministack',
    durability: 'memory',
    start: async () => {
      const venv = join(peersDir, 'ministack')
      const command = join(venv, 'bin', 'ministack')
      if (!existsSync(command)) {
        mkdirSync(peersDir, { recursive: true })
        install('python3', ['-m', 'venv', venv], peersDir)
        install(join(venv, 'bin', 'pip'), ['install', '-q', `ministack==${version}`], peersDir)
      }
      const port = await freePort()
      return startPeer({ command, args: [], cwd: peersDir, env: { GATEWAY_PORT: String(port), LOG_LEVEL: 'ERROR' }, port })
    },
  }
}
