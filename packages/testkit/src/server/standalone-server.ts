import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Endpoint } from '../client/kinesis-client.js'
import type { Credentials } from '../client/signature.js'

export interface StandaloneOptions {
  readonly dataDir: string
  readonly port: number
  /** Further variables of the contract of `npm start`. */
  readonly env?: Readonly<Record<string, string>>
  /** Flags of Node, for example `--cpu-prof`. */
  readonly nodeFlags?: readonly string[]
  /** `ulimit -n` of the process. */
  readonly openFilesMax?: number
}

const logCharactersMax = 256 * 1024

/**
 * The real server as its users run it, in a process of its own: started, killed and started again by end-to-end programs. What it
 * needs must be built. It leads a process group, so that a kill reaches all that it started but Postgres, which outlives it.
 */
export class StandaloneServer {
  private readonly child: ChildProcess
  private output = ''
  /** Resolves when it serves; rejects when it ends before. */
  readonly ready: Promise<void>
  readonly exited: Promise<void>

  constructor(private readonly options: StandaloneOptions) {
    const main = fileURLToPath(new URL('../../../../apps/standalone/dist/main.js', import.meta.url))
    const limited = options.openFilesMax === undefined ? [] : ['sh', '-c', `ulimit -n ${options.openFilesMax}; exec "$0" "$@"`]
    const [program = '', ...args] = [...limited, process.execPath, ...(options.nodeFlags ?? []), main]
    this.child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        MILLRACE_DATA: options.dataDir,
        MILLRACE_HOST: '127.0.0.1',
        MILLRACE_PORT: String(options.port),
        ...options.env,
      },
    })
    this.exited = once(this.child, 'exit').then(() => undefined)
    this.ready = this.awaitReady()
    this.ready.catch(() => undefined)
  }

  static async start(options: StandaloneOptions): Promise<StandaloneServer> {
    const server = new StandaloneServer(options)
    await server.ready
    return server
  }

  get pid(): number {
    return this.child.pid as number
  }

  get endpoint(): Endpoint {
    return { host: '127.0.0.1', port: this.options.port }
  }

  /** The end of what it printed. */
  get log(): string {
    return this.output
  }

  get hasExited(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }

  /** Exit code; undefined while it runs and after a signal. */
  get exitCode(): number | undefined {
    return this.child.exitCode ?? undefined
  }

  /** The root credentials that it made at its first start. */
  credentials(): Credentials {
    const text = readFileSync(join(this.options.dataDir, 'credentials'), 'utf8')
    const value = (name: string): string => new RegExp(`^${name}\\s*=\\s*(\\S+)`, 'm').exec(text)?.[1] ?? ''
    return { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') }
  }

  /** Closes the pipes that it prints to, as a reader does who goes. */
  stopReading(): void {
    this.child.stdout?.destroy()
    this.child.stderr?.destroy()
  }

  /** SIGKILL to the whole process group. */
  async kill(): Promise<void> {
    this.signalGroup('SIGKILL')
    await this.exited
  }

  /** SIGTERM, as a user stops it; waits for the end. */
  async stop(): Promise<void> {
    if (!this.hasExited) this.child.kill('SIGTERM')
    await this.exited
  }

  private signalGroup(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

  private awaitReady(): Promise<void> {
    return new Promise((resolve, reject) => {
      const take = (chunk: Buffer): void => {
        this.output = (this.output + chunk.toString()).slice(-logCharactersMax)
        if (/^Millrace is ready/m.test(this.output)) resolve()
      }
      this.child.stdout?.on('data', take)
      this.child.stderr?.on('data', take)
      this.child.once('error', reject)
      void this.exited.then(() => reject(new Error(`the server ended before it was ready:\n${this.output}`)))
    })
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
