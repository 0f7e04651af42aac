import { existsSync, readFileSync } from 'node:fs'
import { Agent as HttpsAgent } from 'node:https'
import { after, suite } from 'node:test'
import { KinesisClient, type KinesisClientConfig } from '@aws-sdk/client-kinesis'
import { NodeHttp2Handler, NodeHttpHandler } from '@smithy/node-http-handler'
import type { Kinesis } from '../../api/client/kinesis.js'

/** `skip`: why it cannot be; false: it can. */
export interface SdkVariant {
  readonly title: string
  readonly skip: string | false
  client(config?: KinesisClientConfig): KinesisClient
}

/** The AWS SDK for JavaScript over every protocol that it speaks. */
export function sdkVariants(api: Kinesis): SdkVariant[] {
  const { caFile, url } = api.endpoint
  const ca = caFile !== undefined && existsSync(caFile) ? readFileSync(caFile) : undefined
  const secure = `https://127.0.0.1:${url.port}`
  const noCa = ca === undefined ? 'the certificate authority of the endpoint is not known' : false
  const variant = (title: string, config: KinesisClientConfig, skip: string | false = false): SdkVariant => {
    const all = { region: api.region, credentials: api.credentials, maxAttempts: 1, ...config }
    return { title, skip, client: (given) => new KinesisClient({ ...all, ...given }) }
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

/** A suite for every protocol, one beside the other, for they mostly wait. Of its tests one runs at a time. */
export function everySdk(title: string, api: Kinesis, tests: (client: KinesisClient) => unknown): void {
  suite(title, { concurrency: true }, () => {
    for (const variant of sdkVariants(api)) {
      suite(variant.title, { skip: variant.skip, concurrency: 1 }, async () => {
        const client = variant.client()
        after(() => client.destroy())
        await tests(client)
      })
    }
  })
}
