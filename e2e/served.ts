import { rootCredentials, Standalone } from './api/client/standalone.js'

/**
 * Runs tests against a server that it starts, which they find in their environment. With `MILLRACE_ENDPOINT` (and the AWS variables
 * for the credentials) they speak to that endpoint instead. `run` resolves to whether all have passed; else the server's log is kept.
 */
export async function served(run: () => Promise<boolean>): Promise<void> {
  const server = process.env.MILLRACE_ENDPOINT === undefined ? await Standalone.start() : undefined
  if (server !== undefined) tell(server)

  // The server leads a process group of its own: a terminal's Ctrl-C does not reach it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void Promise.resolve(server?.remove()).then(() => process.exit(130))
    })
  }

  const isGood = await run()
  if (server !== undefined) {
    if (!isGood) console.log(`The server's log: ${await server.keepLog()}`)
    await server.remove()
  }
  process.exitCode = isGood ? 0 : 1
}

function tell(server: Standalone): void {
  process.env.MILLRACE_ENDPOINT = server.url.href
  process.env.MILLRACE_E2E_OWN = 'true'
  process.env.MILLRACE_CA_FILE = server.caFile
  process.env.AWS_ACCESS_KEY_ID = rootCredentials.accessKeyId
  process.env.AWS_SECRET_ACCESS_KEY = rootCredentials.secretAccessKey
}
