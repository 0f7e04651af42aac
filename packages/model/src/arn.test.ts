import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseStreamArn, streamArn } from './arn.js'
import type { AccountId, Region, StreamName } from './ids.js'

test('the ARN of a stream has the partition of its region, and names the stream again', () => {
  const account = '000000000000' as AccountId
  const name = 'orders' as StreamName
  const partitions = {
    'eu-central-1': 'aws',
    'us-east-1': 'aws',
    'cn-north-1': 'aws-cn',
    'us-gov-west-1': 'aws-us-gov',
    'us-iso-east-1': 'aws-iso',
    'us-isob-east-1': 'aws-iso-b',
    'eu-isoe-west-1': 'aws-iso-e',
    'us-isof-south-1': 'aws-iso-f',
    'eusc-de-east-1': 'aws-eusc',
  }
  for (const [region, partition] of Object.entries(partitions)) {
    const arn = streamArn(account, region as Region, name)
    assert.equal(arn, `arn:${partition}:kinesis:${region}:${account}:stream/orders`)
    assert.deepEqual(parseStreamArn(arn), { account, region, name })
  }
})
