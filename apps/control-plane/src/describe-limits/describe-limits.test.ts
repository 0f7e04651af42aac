import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Region } from '@millrace/model'
import { callOf, directoryOf, shard, stream } from '../stream/stream.fixture.js'
import { DescribeLimits } from './describe-limits.js'

test('counts what the account has in the region, open shards only, beside what it may have', () => {
  const split = [shard(0, { closedSecond: 1 }), shard(1, { parent: 0 }), shard(2, { parent: 0 })]
  const directory = directoryOf(
    stream('a', { shards: split }),
    stream('b', { mode: 'ON_DEMAND', shards: [shard(0), shard(1)] }),
    stream('c', { region: 'eu-west-1' as Region }),
  )
  const answer = new DescribeLimits(directory, { shardQuota: 70, onDemandStreamQuota: 9 }).handle(callOf('DescribeLimits', {}))
  assert.deepEqual(answer, {
    ok: true,
    value: {
      ShardLimit: 70,
      OpenShardCount: 4,
      OnDemandStreamCount: 1,
      OnDemandStreamCountLimit: 9,
      ChannelCount: 0,
      ChannelCountLimit: 18,
    },
  })
})
