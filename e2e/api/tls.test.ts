import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { request } from 'node:https'
import { suite, test } from 'node:test'
import type { ConnectionOptions } from 'node:tls'
import { kinesis } from './client/kinesis.js'
import { Wire } from './client/wire.js'

const api = await kinesis()
const bytes = () => api.bytes(api.operation('ListStreams', {}))
const { caFile } = api.endpoint
const noCa =
  caFile !== undefined && existsSync(caFile)
    ? false
    : 'the certificate authority of the endpoint is not known: set MILLRACE_CA_FILE'

suite('TLS on the port that also speaks clear text', () => {
  const offers: [title: string, options: ConnectionOptions][] = [
    ['without ALPN', {}],
    ['with HTTP/1.1 by ALPN', { ALPNProtocols: ['http/1.1'] }],
    ['of version 1.2', { maxVersion: 'TLSv1.2' }],
    ['of version 1.3', { minVersion: 'TLSv1.3' }],
    ['with a server name', { servername: 'kinesis.us-east-1.amazonaws.com' }],
  ]
  for (const [title, options] of offers) {
    test(`${title} carries HTTP/1.1, call after call`, async () => {
      const wire = await Wire.open(api.endpoint.url, { rejectUnauthorized: false, ...options })
      for (let i = 0; i < 3; i++) {
        wire.write(bytes())
        assert.equal((await wire.next()).status, 200)
      }
      wire.close()
    })
  }

  test('and clear text are served side by side', async () => {
    const wires = await Promise.all([Wire.open(api.endpoint.url), Wire.open(api.endpoint.url, { rejectUnauthorized: false })])
    for (const wire of wires) wire.write(bytes())
    for (const wire of wires) assert.equal((await wire.next()).status, 200)
    for (const wire of wires) wire.close()
  })

  test('survives a handshake that goes wrong', async () => {
    for (const hello of ['16030100050100000000', '160301', '1603ffffff', '16030100']) {
      const wire = await Wire.open(api.endpoint.url)
      wire.write(Buffer.from(hello, 'hex'))
      wire.socket.end()
      await wire.closed()
    }
    assert.equal((await api.send(api.operation('ListStreams', {}))).status, 200)
  })
})

suite('the certificate', { skip: noCa }, () => {
  const status = (hostname: string, ca?: Buffer) =>
    new Promise<number | string>((resolve) => {
      const call = request({ host: hostname, port: api.endpoint.url.port, method: 'POST', ca, agent: false }, (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
      call.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      call.end()
    })

  for (const hostname of ['127.0.0.1', 'localhost']) {
    test(`is good for ${hostname} under the server’s own authority`, async () => {
      assert.equal(await status(hostname, readFileSync(caFile ?? '')), 400)
    })
  }

  test('is not trusted without that authority', async () => {
    assert.match(String(await status('127.0.0.1')), /SELF_SIGNED|UNABLE_TO|VERIFY/)
  })
})
