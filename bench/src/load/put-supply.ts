import { Signer, sha256Hex } from '@millrace/testkit'
import { Dataset } from '../payload/dataset.js'
import { contentTypes, putRecordBody, putRecordsBody } from '../payload/put-body.js'
import type { LoadJob } from './job.js'
import type { PreparedRequest, Protocol } from './protocol.js'

/** Requests of up to this size are written from one piece of memory. */
const joinedBytesMax = 16 * 1024

/**
 * All requests of a put row, signed before it starts (a signature is good for five minutes). Bodies are sent again under new signatures;
 * neighbours in time never share a body, and each slot meets all of them.
 */
export class PutSupply {
  private readonly requests: PreparedRequest[] = []
  private given = 0

  constructor(job: LoadJob, protocol: Protocol) {
    const signer = new Signer(job.credentials)
    const bodies = bodiesOf(job)
    const hashes = bodies.map(sha256Hex)
    const target = `Kinesis_20131202.${job.operation}`
    const nowMs = Date.now()
    for (let i = 0; i < job.signedAhead; i++) {
      const body = bodies[i % bodies.length] as Buffer
      const bodySha256 = hashes[i % bodies.length] as string
      const toSign = { host: `${job.host}:${job.port}`, target, contentType: contentTypes[job.format], bodySha256 }
      const head = protocol.encodeHead(signer.headers(toSign, nowMs), body.length)
      const joins = job.protocol === 'http/1.1' && head.length + body.length <= joinedBytesMax
      this.requests.push(joins ? { head: Buffer.concat([head, body]), body: Buffer.alloc(0) } : { head, body })
    }
  }

  next(): PreparedRequest {
    const request = this.requests[this.given % this.requests.length] as PreparedRequest
    this.given += 1
    return request
  }

  get resent(): number {
    return Math.max(0, this.given - this.requests.length)
  }
}

/** Streams take turns. */
function bodiesOf(job: LoadJob): Buffer[] {
  const dataset = new Dataset(job.dataset)
  return Array.from({ length: job.dataset.bodies }, (_, body) => {
    const stream = job.streams[body % job.streams.length] as string
    if (job.operation === 'PutRecord') return putRecordBody(job.format, stream, dataset.record(body, 0))
    return putRecordsBody(job.format, stream, dataset.records(body))
  })
}
