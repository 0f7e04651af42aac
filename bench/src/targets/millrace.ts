import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, StandaloneServer } from '@millrace/testkit'
import type { RunningTarget, Target } from './target.js'

/** `profileDir`: its threads leave CPU profiles there when it stops. */
export function millrace(workDir: string, profileDir: string | undefined): Target {
  const dataDir = join(workDir, 'millrace')
  const start = async (): Promise<RunningTarget> => {
    mkdirSync(dataDir, { recursive: true })
    const server = await StandaloneServer.start({
      dataDir,
      port: await freePort(),
      env: { MILLRACE_LIMITS: 'off', MILLRACE_STATE_DELAY_MS: '0' },
      nodeFlags: profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`],
    })
    return {
      ...server.endpoint,
      credentials: server.credentials(),
      pid: server.pid,
      stop: () => server.stop(),
      restart: async () => {
        await server.stop()
        return start()
      },
    }
  }
  return { name: 'millrace', durability: 'fdatasync before the answer', start }
}
