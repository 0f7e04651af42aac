import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { served } from './served.js'

/**
 * The part of `npm test` that is end to end: the tests through the AWS SDK for JavaScript, against a server that it starts, run and
 * counted as the tests of every workspace are.
 */
const runner = fileURLToPath(new URL('../../scripts/test/package.mjs', import.meta.url))

delete process.env.MILLRACE_ENDPOINT
await served(async () => {
  const tests = spawn(process.execPath, [runner, 'dist/sdk/*.test.js'], { stdio: 'inherit' })
  const [status] = await once(tests, 'exit')
  return status === 0
})
