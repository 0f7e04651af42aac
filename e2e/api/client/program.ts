import { execFile, spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import type { Kinesis } from './kinesis.js'

export interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Whether a program can be started at all. */
export const exists = (file: string, ...args: string[]): boolean =>
  spawnSync(file, args, { stdio: 'ignore', timeout: 60_000 }).status === 0

/** Runs a client that is not part of this repository, with the endpoint's credentials and nobody's configuration. */
export function runClient(
  kinesis: Kinesis,
  file: string,
  args: readonly string[],
  stdin = '',
  more: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const nowhere = `${tmpdir()}/millrace-e2e-no-such-file`
  const env = {
    PATH: process.env.PATH,
    HOME: tmpdir(),
    PYENV_VERSION: process.env.PYENV_VERSION,
    AWS_CONFIG_FILE: nowhere,
    AWS_SHARED_CREDENTIALS_FILE: nowhere,
    AWS_ACCESS_KEY_ID: kinesis.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: kinesis.credentials.secretAccessKey,
    AWS_DEFAULT_REGION: kinesis.region,
    AWS_ENDPOINT_URL: kinesis.endpoint.url.href,
    AWS_PAGER: '',
    AWS_MAX_ATTEMPTS: '1',
    ...more,
  }
  return new Promise((resolve) => {
    const child = execFile(file, args, { env, maxBuffer: 64 * 1024 * 1024, timeout: 120_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      resolve({ code, stdout, stderr })
    })
    child.stdin?.end(stdin)
  })
}
