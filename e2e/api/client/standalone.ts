import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Credentials, freePort, StandaloneServer } from '@millrace/testkit'

export const rootCredentials: Credentials = {
  accessKeyId: 'AKIAE2EE2EE2EE2EE2EE',
  secretAccessKey: 'e2e/secret+of/the+end/to+end/suite0000000',
}

const environment: Readonly<Record<string, string>> = {
  MILLRACE_ROOT_ACCESS_KEY_ID: rootCredentials.accessKeyId,
  MILLRACE_ROOT_SECRET_ACCESS_KEY: rootCredentials.secretAccessKey,
  MILLRACE_STATE_DELAY_MS: '200',
  MILLRACE_LIMITS: 'off',
}

/** Why a test that needs a server of its own is skipped; false: it is not. */
export const noServerOfOwn: string | false =
  process.env.MILLRACE_ENDPOINT === undefined || process.env.MILLRACE_E2E_OWN !== undefined
    ? false
    : 'needs a server of its own, and an endpoint was given'

/** A server of the suite's own, on a data directory of its own: stopped, killed and started again on the same data. */
export class Standalone {
  private constructor(
    readonly dataDir: string,
    readonly port: number,
    private readonly env: Readonly<Record<string, string>>,
    private server: StandaloneServer,
  ) {}

  /** `env`: variables of the contract of `npm start`, over the suite's own (limits off, states last 200 ms); empty: none. */
  static async start(env: Readonly<Record<string, string>> = {}): Promise<Standalone> {
    const dataDir = await mkdtemp(join(tmpdir(), 'millrace-e2e-'))
    const port = await freePort()
    const all = Object.fromEntries(Object.entries({ ...environment, ...env }).filter(([, value]) => value !== ''))
    return new Standalone(dataDir, port, all, await StandaloneServer.start({ dataDir, port, env: all }))
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${this.port}`)
  }

  /** The certificate authority that the first start made. */
  get caFile(): string {
    return join(this.dataDir, 'tls', 'ca.pem')
  }

  /** What it made at its first start and keeps in its data directory. */
  madeCredentials(): Credentials {
    return this.server.credentials()
  }

  /** What it printed since its last start. */
  printed(): string {
    return this.server.log
  }

  /** Nobody reads any more what it prints. */
  stopReading(): void {
    this.server.stopReading()
  }

  async startAgain(): Promise<void> {
    this.server = await StandaloneServer.start({ dataDir: this.dataDir, port: this.port, env: this.env })
  }

  /** SIGTERM. Resolves to the exit code. */
  async stop(): Promise<number | undefined> {
    await this.server.stop()
    return this.server.exitCode
  }

  /** Resolves when it has ended by itself, to the exit code. */
  async ended(): Promise<number | undefined> {
    await this.server.exited
    return this.server.exitCode
  }

  /** SIGKILL. */
  kill(): Promise<void> {
    return this.server.kill()
  }

  /** Resolves to the file that holds what the server printed. */
  async keepLog(): Promise<string> {
    const file = `${this.dataDir}.log`
    await writeFile(file, this.server.log)
    return file
  }

  async remove(): Promise<void> {
    await this.stop()
    await rm(this.dataDir, { recursive: true, force: true })
  }
}
