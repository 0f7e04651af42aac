import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallContext } from '@millrace/aws-wire'
import type { AccountId, Region, StreamId, StreamName } from '@millrace/model'
import { sealIterator } from '@millrace/streams'
import { Authorize } from './authorize.js'
import { resourceOf } from './resource-of.js'
import { rootAuthorizer } from './root-authorizer.js'

const account = '000000000000' as AccountId
const region = 'eu-west-1' as Region
const key = new Uint8Array(32)
const caller = { account, region }

function iteratorIn(owner: string): string {
  const address = { account: owner as AccountId, region, streamName: 's' as StreamName }
  return sealIterator(
    { createdMs: 0, streamId: 'a'.repeat(32) as StreamId, shard: 0, from: { kind: 'offset', offset: 0 }, ...address },
    key,
  )
}

test('the resource of an operation is found in its input', () => {
  const arn = 'arn:aws:kinesis:eu-west-1:000000000000:stream/s'
  assert.equal(resourceOf('PutRecord', { StreamName: 's' }, caller, key), arn)
  assert.equal(resourceOf('PutRecord', { StreamARN: 'arn:other' }, caller, key), 'arn:other')
  assert.equal(resourceOf('GetRecords', { ShardIterator: iteratorIn(account) }, caller, key), arn)
  assert.equal(resourceOf('GetRecords', { ShardIterator: 'none of ours' }, caller, key), '*')
  assert.equal(resourceOf('SubscribeToShard', { ConsumerARN: 'arn:consumer' }, caller, key), 'arn:consumer')
  assert.equal(resourceOf('TagResource', { ResourceARN: 'arn:any' }, caller, key), 'arn:any')
  assert.equal(resourceOf('DescribeChannel', { ChannelARN: 'arn:channel' }, caller, key), 'arn:channel')
  assert.equal(resourceOf('CreateChannel', { StreamConfigurationList: [{ StreamARN: arn }] }, caller, key), arn)
  assert.equal(resourceOf('ListStreams', {}, caller, key), '*')
})

test('the root of an account may do everything in it and nothing in another or by the ARN of another region, also by an iterator', () => {
  const authorize = new Authorize(rootAuthorizer, () => key)
  const principal = { account, arn: `arn:aws:iam::${account}:root`, accessKeyId: 'AK' }
  const decide = (operation: string, input: object) => {
    const request = { secure: false, remoteAddress: '127.0.0.1' }
    return authorize.decide({ operation, principal, account, region, request } as CallContext, input)
  }
  assert.ok(decide('PutRecord', { StreamName: 's' }).ok)
  assert.ok(decide('GetRecords', { ShardIterator: iteratorIn(account) }).ok)
  assert.ok(!decide('GetRecords', { ShardIterator: iteratorIn('111111111111') }).ok)
  const here = 'arn:aws:kinesis:eu-west-1:000000000000:stream/s'
  assert.ok(decide('PutRecord', { StreamARN: here }).ok)
  const elsewhere = here.replace('eu-west-1', 'us-east-1')
  assert.deepEqual(decide('PutRecord', { StreamARN: elsewhere }), {
    ok: false,
    error: {
      kind: 'InvalidArgument',
      message: `The region specified in the ARN '${elsewhere}' does not match the endpoint region`,
    },
  })
  const foreign = 'arn:aws:kinesis:eu-west-1:111111111111:stream/s'
  assert.deepEqual(decide('PutRecord', { StreamARN: foreign }), {
    ok: false,
    error: {
      kind: 'AccessDenied',
      message: `User: arn:aws:iam::000000000000:root is not authorized to perform: kinesis:PutRecord on resource: ${foreign} because no resource-based policy allows the kinesis:PutRecord action`,
    },
  })
})
