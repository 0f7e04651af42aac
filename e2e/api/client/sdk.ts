import { existsSync, readFileSync } from 'node:fs'
import { Agent as HttpsAgent } from 'node:https'
import { KinesisClient, type KinesisClientConfig } from '@aws-sdk/client-kinesis'
import { NodeHttp2Handler, NodeHttpHandler } from '@smithy/node-http-handler'
import type { Kinesis } from './kinesis.js'

/** `skip`: why it cannot be; false: it can. */
export interface SdkVariant {
  readonly title: string
  readonly skip: string | false
  client(): KinesisClient
}

/** The AWS SDK for JavaScript over every protocol that it speaks. */
export function sdkVariants(api: Kinesis): SdkVariant[] {
  const { caFile, url } = api.endpoint
  const ca = caFile !== undefined && existsSync(caFile) ? readFileSync(caFile) : undefined
  const secure = `https://127.0.0.1:${url.port}`
  const noCa = ca === undefined ? 'the certificate authority of the endpoint is not known' : false
  const variant = (title: string, config: KinesisClientConfig, skip: string | false = false): SdkVariant => {
    const all = { region: api.region, credentials: api.credentials, maxAttempts: 1, ...config }
    return { title, skip, client: () => new KinesisClient(all) }
  }
  const agent = { httpsAgent: new HttpsAgent({ ca, keepAlive: true }) }
  return [
    variant('over HTTP/1.1', { endpoint: url.href, requestHandler: new NodeHttpHandler() }),
    variant('over HTTP/2 in clear text', { endpoint: url.href, requestHandler: new NodeHttp2Handler() }),
    variant('over HTTPS/1.1', { endpoint: secure, requestHandler: new NodeHttpHandler(agent) }, noCa),
    variant(
      'over HTTP/2 and TLS',
      { endpoint: secure, requestHandler: new NodeHttp2Handler({ nodeHttp2ConnectOptions: { ca } }) },
      noCa,
    ),
    variant('as it is by default', { endpoint: url.href }),
  ]
}
