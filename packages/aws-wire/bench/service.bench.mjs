import { randomBytes, randomUUID } from 'node:crypto'
import { serviceModel } from '@millrace/aws-models'
import { ok } from '@millrace/model'
import { createService } from '../dist/service/service.js'
import { cpuSeconds, report } from './measure.mjs'

/** Whole requests from body to response through the service, with a handler that decodes and acknowledges at once; no HTTP, no signature. */
const digits = Buffer.from('4'.repeat(56))
const target = Buffer.allocUnsafeSlow(2 ** 21)

const put = {
  form: 'put',
  async handle(_, source) {
    for (let record = 0, at = 0; record < source.recordCount; record++) {
      source.writeKey(record, target, at)
      at += source.keyLength(record)
      if (!source.writeData(record, target, at)) return 'undecodable'
      at += source.dataLength(record)
    }
    return ok({
      recordCount: source.recordCount,
      failedCount: 0,
      encrypted: false,
      errorOf: () => undefined,
      shardIdOf: (record) => (record & 1 ? 'shardId-000000000001' : 'shardId-000000000000'),
      writeSequenceNumber: (_, buffer, at) => digits.copy(buffer, at),
    })
  },
}
const get = {
  form: 'get',
  handle: async () => ok({ batches: [], nextShardIterator: 'A'.repeat(200), millisBehindLatest: 0, childShards: undefined }),
}

const principal = { account: '000000000000', arn: 'arn:aws:iam::000000000000:root', accessKeyId: 'AK' }
const service = createService(
  [
    {
      model: serviceModel('kinesis'),
      parts: {
        authenticate: () => ok({ principal, account: principal.account, region: 'us-east-1' }),
        authorize: () => ok(undefined),
        handlers: new Map([
          ['PutRecord', put],
          ['PutRecords', put],
          ['GetRecords', get],
        ]),
      },
    },
  ],
  { onFault: (fault) => console.error(fault) },
)

function requestOf(operation, input) {
  const headers = new Map([
    ['content-type', 'application/x-amz-json-1.1'],
    ['x-amz-target', `Kinesis_20131202.${operation}`],
  ])
  return { method: 'POST', headers: { get: (name) => headers.get(name) }, body: Buffer.from(JSON.stringify(input)) }
}

async function measure(name, request, records, bytes) {
  for (let i = 0; i < 2000 / records; i++) await service(request)
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 5; round++) {
    const runs = Math.ceil(20_000 / records)
    const from = cpuSeconds()
    for (let i = 0; i < runs; i++) await service(request)
    best = Math.min(best, (cpuSeconds() - from) / runs)
  }
  report(name, records, bytes, best)
}

const record = (bytes) => ({ Data: randomBytes(bytes).toString('base64'), PartitionKey: randomUUID() })
await measure('PutRecord 100 B', requestOf('PutRecord', { StreamName: 's', ...record(100) }), 1, 100)
await measure('GetRecords, no records', requestOf('GetRecords', { ShardIterator: 'A'.repeat(200), Limit: 10 }), 1, 0)
await measure(
  'PutRecords 500 x 100 B',
  requestOf('PutRecords', { StreamName: 's', Records: Array.from({ length: 500 }, () => record(100)) }),
  500,
  50_000,
)
await measure(
  'PutRecords 500 x 1 KiB',
  requestOf('PutRecords', { StreamName: 's', Records: Array.from({ length: 500 }, () => record(1024)) }),
  500,
  512_000,
)
await measure(
  'PutRecords 500 x 1 KiB by the interpreter',
  requestOf('PutRecords', { StreamName: 's', Other: 0, Records: Array.from({ length: 500 }, () => record(1024)) }),
  500,
  512_000,
)
