/** A load generator that only writes prepared bytes and counts bytes that come back: closed loop, one thread. */

import { connect as connectHttp2, constants } from 'node:http2'
import { connect } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

export interface Load {
  readonly port: number
  readonly protocol: 'http/1.1' | 'h2'
  readonly connections: number
  /** Requests in flight on a connection. */
  readonly depth: number
  readonly bodyBytes: number
  readonly responseBytes: number
  readonly seconds: number
}

const load = workerData as Load
const body = Buffer.alloc(load.bodyBytes, 'x')
const headers = {
  host: `127.0.0.1:${load.port}`,
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': 'Kinesis_20131202.PutRecord',
  'x-amz-date': '20261124T000000Z',
  'user-agent': 'aws-sdk-js/3.0.0 os/linux lang/js md/nodejs#24.0.0 api/kinesis#3.0.0',
  'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261124/us-east-1/kinesis/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-target, Signature=${'0'.repeat(64)}`,
}
let answered = 0
let stopped = false

function http1(): void {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const request = Buffer.concat([Buffer.from(`POST / HTTP/1.1\r\n${lines.join('')}content-length: ${body.length}\r\n\r\n`), body])
  for (let i = 0; i < load.connections; i++) {
    const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true })
    let received = 0
    let responseBytes = 0
    socket.on('data', (chunk) => {
      if (responseBytes === 0) responseBytes = chunk.indexOf('\r\n\r\n') + 4 + load.responseBytes
      received += chunk.length
      while (received >= responseBytes && !stopped) {
        received -= responseBytes
        answered++
        socket.write(request)
      }
    })
    socket.on('connect', () => {
      socket.write(request)
      // The length of an answer is learnt from the first one.
      if (load.depth > 1)
        setTimeout(() => {
          for (let d = 1; d < load.depth; d++) socket.write(request)
        }, 100)
    })
    socket.on('error', (error) => {
      if (!stopped) throw error
    })
  }
}

function http2(): void {
  for (let i = 0; i < load.connections; i++) {
    const session = connectHttp2(`http://127.0.0.1:${load.port}`, { settings: { initialWindowSize: 16 * 1024 * 1024 } })
    session.on('connect', () => session.setLocalWindowSize(32 * 1024 * 1024))
    const { host, ...others } = headers
    const send = () => {
      const stream = session.request({
        [constants.HTTP2_HEADER_METHOD]: 'POST',
        ':path': '/',
        ':authority': host,
        ...others,
        'content-length': body.length,
      })
      stream.on('data', () => undefined)
      stream.on('end', () => {
        answered++
        if (!stopped) send()
      })
      stream.on('error', (error) => {
        if (!stopped) throw error
      })
      stream.end(body)
    }
    for (let d = 0; d < load.depth; d++) send()
    session.on('error', (error) => {
      if (!stopped) throw error
    })
  }
}

if (load.protocol === 'h2') http2()
else http1()
const warmUpMs = 1000
setTimeout(() => {
  const before = answered
  const began = performance.now()
  setTimeout(() => {
    const seconds = (performance.now() - began) / 1000
    stopped = true
    parentPort?.postMessage((answered - before) / seconds)
    setTimeout(() => process.exit(0), 50)
  }, load.seconds * 1000)
}, warmUpMs)
