import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type RunningTarget, TargetUnavailable } from './target.js'

const startMsMax = 30_000

/** Peers verify no signature: any credentials do. */
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }

export interface PeerCommand {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly port: number
}

/** Starts a peer in a process group of its own and waits until its port takes connections. */
export async function startPeer({ command, args, cwd, env, port }: PeerCommand): Promise<RunningTarget> {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, detached: true, stdio: 'ignore' })
  const exited = once(child, 'exit').catch(() => undefined)
  await awaitPort(child, port)
  return {
    host: '127.0.0.1',
    port,
    credentials,
    pid: child.pid as number,
    stop: async () => {
      if (child.exitCode === null) process.kill(-(child.pid as number), 'SIGKILL')
      await exited
    },
  }
}

/** Runs an installation step; a failure makes the peer unavailable, with what the step said. */
export function install(command: string, args: readonly string[], cwd: string): void {
  const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 180_000 })
  if (status === 0) return
  throw new TargetUnavailable(`${command} ${args[0]}: ${(error?.message ?? stderr).trim().split('\n').at(-1)}`)
}

async function awaitPort(child: ChildProcess, port: number): Promise<void> {
  for (const endMs = Date.now() + startMsMax; Date.now() < endMs; await sleep(100)) {
    if (child.exitCode !== null) throw new TargetUnavailable(`it ended with code ${child.exitCode}`)
    if (await accepts(port)) return
  }
  child.kill('SIGKILL')
  throw new TargetUnavailable(`it did not listen within ${startMsMax / 1000} s`)
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
