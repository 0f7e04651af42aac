import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, KinesisClient, Signer, StandaloneServer, sha256Hex } from '@millrace/testkit'

export interface SignedRequest {
  readonly operation: string
  readonly contentType: string
  readonly body: Buffer
}

const mib = 1024 * 1024

/** A server with small budgets, one stream and one well-behaved client, which must be served whatever the others do. */
export class AbusedServer {
  private readonly signer: Signer
  private readonly client: KinesisClient
  private puts = 0
  private mebibytesAtRest: number | undefined

  private constructor(
    private readonly dataDir: string,
    private readonly server: StandaloneServer,
  ) {
    this.signer = new Signer(server.credentials())
    this.client = new KinesisClient(server.endpoint, server.credentials())
  }

  static async start(openFilesMax?: number): Promise<AbusedServer> {
    const dataDir = mkdtempSync(join(tmpdir(), 'millrace-load-'))
    const env = {
      MILLRACE_LIMITS: 'off',
      MILLRACE_REQUEST_BYTES_MAX: String(64 * mib),
      MILLRACE_RESPONSE_BYTES_MAX: String(64 * mib),
    }
    const server = await StandaloneServer.start({ dataDir, port: await freePort(), env, ...(openFilesMax && { openFilesMax }) })
    const abused = new AbusedServer(dataDir, server)
    await abused.createStream()
    await abused.expectServes()
    abused.mebibytesAtRest = abused.residentMebibytes()
    return abused
  }

  readonly stream = 'abused'

  get port(): number {
    return this.server.endpoint.port
  }

  get host(): string {
    return `127.0.0.1:${this.port}`
  }

  /** Head of a signed request, to be sent with or without its body. */
  headOf({ operation, contentType, body }: SignedRequest, nowMs = Date.now(), signer = this.signer): Buffer {
    const request = { host: this.host, target: `Kinesis_20131202.${operation}`, contentType, bodySha256: sha256Hex(body) }
    return Buffer.from(signer.head(request, body.length, nowMs), 'latin1')
  }

  requestOf(request: SignedRequest): Buffer {
    return Buffer.concat([this.headOf(request), request.body])
  }

  putBody(dataBytes: number): Buffer {
    return Buffer.from(
      JSON.stringify({ StreamName: this.stream, PartitionKey: 'k', Data: Buffer.alloc(dataBytes, 7).toString('base64') }),
    )
  }

  /** The well-behaved client puts a record and reads it back. */
  async expectServes(): Promise<void> {
    assert.equal(this.server.hasExited, false, `the server has ended:\n${this.server.log}`)
    const data = Buffer.from(`put ${++this.puts}`).toString('base64')
    const { SequenceNumber } = await this.client.callOrThrow<{ SequenceNumber: string }>('PutRecord', {
      StreamName: this.stream,
      PartitionKey: 'well-behaved',
      Data: data,
    })
    const start = { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: SequenceNumber }
    const input = { StreamName: this.stream, ShardId: 'shardId-000000000000', ...start }
    const { ShardIterator } = await this.client.callOrThrow<{ ShardIterator: string }>('GetShardIterator', input)
    const page = await this.client.callOrThrow<{ Records: { Data: string }[] }>('GetRecords', { ShardIterator, Limit: 1 })
    assert.equal(page.Records[0]?.Data, data)
  }

  /** That it holds no more than at rest and so much; nothing, where the system does not tell. */
  expectMemoryWithin(mebibytes: number): void {
    const now = this.residentMebibytes()
    if (now === undefined || this.mebibytesAtRest === undefined) return
    const grown = now - this.mebibytesAtRest
    assert.ok(grown < mebibytes, `${now.toFixed(0)} MiB resident, ${this.mebibytesAtRest.toFixed(0)} at rest`)
  }

  async iterator(): Promise<string> {
    const input = { StreamName: this.stream, ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' }
    return (await this.client.callOrThrow<{ ShardIterator: string }>('GetShardIterator', input)).ShardIterator
  }

  async put(dataBytes: number): Promise<void> {
    await this.client.callOrThrow('PutRecord', JSON.parse(this.putBody(dataBytes).toString()))
  }

  async stop(): Promise<void> {
    this.client.close()
    await this.server.stop()
    rmSync(this.dataDir, { recursive: true, force: true })
  }

  /** Resident memory of the server's process in MiB; undefined where the system does not tell. */
  private residentMebibytes(): number | undefined {
    try {
      const status = readFileSync(`/proc/${this.server.pid}/status`, 'latin1')
      return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024
    } catch {
      return undefined
    }
  }

  private async createStream(): Promise<void> {
    await this.client.callOrThrow('CreateStream', { StreamName: this.stream, ShardCount: 1 })
    for (let attempt = 0; attempt < 200; attempt++) {
      const summary = await this.client.callOrThrow<{ StreamDescriptionSummary: { StreamStatus: string } }>(
        'DescribeStreamSummary',
        {
          StreamName: this.stream,
        },
      )
      if (summary.StreamDescriptionSummary.StreamStatus === 'ACTIVE') return
      await sleep(50)
    }
    throw new Error('the stream does not become ACTIVE')
  }
}
