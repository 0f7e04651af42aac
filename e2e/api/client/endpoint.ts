import { after } from 'node:test'
import type { Credentials } from '@millrace/testkit'
import { rootCredentials, Standalone } from './standalone.js'

/** Where the tests of one file speak to, and as whom. */
export interface Endpoint {
  readonly url: URL
  readonly credentials: Credentials
  readonly account: string
  /** The certificate authority of its TLS side; undefined: not known. */
  readonly caFile: string | undefined
}

const account = process.env.MILLRACE_ACCOUNT_ID ?? '000000000000'

/** `MILLRACE_ENDPOINT` with the AWS variables, or else a server started for this process. */
export async function endpoint(): Promise<Endpoint> {
  const given = process.env.MILLRACE_ENDPOINT
  if (given === undefined) return started()
  const credentials = {
    accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? rootCredentials.accessKeyId,
    secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? rootCredentials.secretAccessKey,
  }
  return { url: new URL(given), credentials, account, caFile: process.env.MILLRACE_CA_FILE }
}

async function started(): Promise<Endpoint> {
  const server = await Standalone.start()
  after(() => server.remove())
  return endpointOf(server)
}

export function endpointOf(server: Standalone): Endpoint {
  return { url: server.url, credentials: rootCredentials, account, caFile: server.caFile }
}
