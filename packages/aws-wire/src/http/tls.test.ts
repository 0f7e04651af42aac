import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { connect as connectHttp2 } from 'node:http2'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { echo, eventually, listen, post, Raw, text } from './listening/listening.js'
import type { WireHandler } from './request.js'
import { localTls } from './tls-certificate.js'

const dayMs = 86_400_000

async function directory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'millrace-tls-'))
  t.after(() => rm(path, { recursive: true }))
  return path
}

const what: WireHandler = ({ protocol, secure, body }) => text(`${protocol} ${secure} ${body.length}`)

async function listenWithTls(t: TestContext, handler = what) {
  const { identity, authorityPath } = await localTls(await directory(t), [], Date.now())
  const ca = await readFile(authorityPath, 'utf8')
  const listening = await listen(t, handler, { tls: identity })
  return { ...listening, ca, identity }
}

function handshake(t: TestContext, port: number, options: ConnectionOptions): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', ...options })
  t.after(() => socket.destroy())
  return new Promise((resolve, reject) => socket.on('secureConnect', () => resolve(socket)).on('error', reject))
}

async function overHttp2(socket: TLSSocket, body: string): Promise<string> {
  const session = connectHttp2('https://127.0.0.1', { createConnection: () => socket })
  const stream = session.request({ ':method': 'POST', ':path': '/' })
  stream.end(body)
  let answer = ''
  for await (const chunk of stream) answer += chunk
  session.close()
  return answer
}

test('speaks HTTP/2 or HTTP/1.1 inside TLS, as the client negotiates', async (t) => {
  const { port, ca } = await listenWithTls(t)
  const h2 = await handshake(t, port, { ca, ALPNProtocols: ['h2', 'http/1.1'] })
  assert.equal(h2.alpnProtocol, 'h2')
  assert.equal(await overHttp2(h2, 'x'.repeat(200_000)), 'h2 true 200000')
  const answer = await new Promise((resolve, reject) => {
    get({ port, host: 'localhost', ca }, (response) => response.setEncoding('utf8').on('data', resolve)).on('error', reject)
  })
  assert.equal(answer, 'http/1.1 true 0')
})

test('speaks HTTP/2 to a client that negotiates nothing and begins with it', async (t) => {
  const { port, ca } = await listenWithTls(t)
  const socket = await handshake(t, port, { ca })
  assert.equal(socket.alpnProtocol, false)
  assert.equal(await overHttp2(socket, 'x'), 'h2 true 1')
})

/** Says GOAWAY at once, as the AWS SDK does with a connection for one stream of events, and takes its time to read. */
const reader = `
import { connect } from 'node:http2'
import { setTimeout } from 'node:timers/promises'
for (let i = 0; i < 12; i++) {
  const session = connect('https://127.0.0.1:' + process.argv[1], { rejectUnauthorized: false })
  const stream = session.request({ ':method': 'POST', ':path': '/' }).end()
  await new Promise((resolve) => stream.once('response', resolve))
  session.close()
  const pieces = stream[Symbol.asyncIterator]()
  await pieces.next()
  await setTimeout(60)
  console.log(String((await pieces.next()).value), (await pieces.next()).done)
}`

test('leaves the connection to a client that has said GOAWAY until it has read its last answer', async (t) => {
  const pieces = async function* () {
    yield Buffer.from('first')
    await new Promise((resolve) => setTimeout(resolve, 20))
    yield Buffer.from('last')
  }
  const handler: WireHandler = () => ({ status: 200, headers: [], body: { kind: 'stream', pieces: pieces() } })
  const { port, listener } = await listenWithTls(t, handler)
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', reader, String(port)])
  assert.equal(stdout, 'last true\n'.repeat(12))
  await eventually(() => listener.counters.connectionsOpen === 0, 'the end of the connections')
})

test('hands chunked requests inside TLS to node:http as well', async (t) => {
  const { port, ca } = await listenWithTls(t)
  const socket = await handshake(t, port, { ca, ALPNProtocols: ['http/1.1'] })
  socket.write(`${post('a')}POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`)
  let answers = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    answers += chunk
  })
  await eventually(() => answers.endsWith('http/1.1 true 3'), 'both answers')
  assert.match(answers, /http\/1\.1 true 1HTTP/)
})

test('counts handshakes that fail, and goes on', async (t) => {
  const { port, ca, listener } = await listenWithTls(t)
  await assert.rejects(
    handshake(t, port, {
      ca: '',
      rejectUnauthorized: true,
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1.1',
      ciphers: 'ALL:@SECLEVEL=0',
    }),
  )
  const raw = await Raw.open(t, port)
  raw.send('\x16\x03\x01\x00\x05hello')
  await raw.end()
  await eventually(() => listener.counters.tlsFailed >= 1, 'a failed handshake')
  assert.equal(await overHttp2(await handshake(t, port, { ca }), ''), 'h2 true 0')
})

test('answers a client that has ended its side, and closes when it does so in the handshake', async (t) => {
  const { port, ca } = await listenWithTls(t)
  const socket = await handshake(t, port, { ca, ALPNProtocols: ['http/1.1'], allowHalfOpen: true } as ConnectionOptions)
  let answers = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    answers += chunk
  })
  socket.end(post('abc'))
  await eventually(() => answers.endsWith('http/1.1 true 3'), 'the answer')
  const raw = await Raw.open(t, port)
  raw.send('\x16\x03\x01\x02\x00\x01').socket.end()
  assert.equal(await raw.end(), '')
})

test('closes TLS connections where there is no certificate', async (t) => {
  const { port } = await listen(t, echo)
  await assert.rejects(handshake(t, port, { rejectUnauthorized: false }))
})

test('shows a renewed certificate to those who come later', async (t) => {
  const { port, listener } = await listenWithTls(t)
  const renewed = await localTls(await directory(t), [], Date.now())
  listener.renewTls(renewed.identity)
  await handshake(t, port, { ca: await readFile(renewed.authorityPath, 'utf8') })
})

test('names this machine and what it is told, and is valid for clients that are strict', async (t) => {
  const path = await directory(t)
  const { identity, authorityPath } = await localTls(path, ['kinesis.example', '*.kinesis.example', '10.1.2.3'], Date.now())
  const certificate = new X509Certificate(identity.cert)
  for (const name of ['localhost', 'kinesis.example', 'a.kinesis.example']) assert.ok(certificate.checkHost(name), name)
  for (const address of ['127.0.0.1', '::1', '10.1.2.3']) assert.ok(certificate.checkIP(address), address)
  const authority = new X509Certificate(await readFile(authorityPath))
  assert.ok(certificate.checkIssued(authority) && certificate.verify(authority.publicKey) && authority.ca && !certificate.ca)
  assert.ok(Date.parse(certificate.validTo) - Date.parse(certificate.validFrom) <= 398 * dayMs)
})

test('keeps its keys from others', async (t) => {
  const path = await directory(t)
  await localTls(path, [], Date.now())
  for (const file of ['ca-key.pem', 'server-key.pem']) assert.equal((await stat(join(path, file))).mode & 0o777, 0o600)
})

test('is kept while it lasts and fits, and renewed under the same authority when not', async (t) => {
  const path = await directory(t)
  const first = await localTls(path, [], Date.now())
  const again = await localTls(path, [], Date.now())
  assert.equal(again.identity.cert, first.identity.cert)
  const authority = await readFile(first.authorityPath, 'utf8')
  const named = await localTls(path, ['other.example'], Date.now())
  assert.notEqual(named.identity.cert, first.identity.cert)
  const later = await localTls(path, ['other.example'], named.renewAtMs)
  assert.notEqual(later.identity.cert, named.identity.cert)
  assert.equal(await readFile(first.authorityPath, 'utf8'), authority)
})

test('is made anew when a crash has left a key of another certificate', async (t) => {
  const path = await directory(t)
  const first = await localTls(path, [], Date.now())
  await writeFile(join(path, 'server-key.pem'), await readFile(join(path, 'ca-key.pem')))
  const second = await localTls(path, [], Date.now())
  assert.notEqual(second.identity.cert, first.identity.cert)
  await listen(t, echo, { tls: second.identity })
})
