import assert from 'node:assert/strict'
import { test } from 'node:test'
import { directoryOf, shard, stream } from '../stream/stream.fixture.js'
import { controlPlaneSamples } from './control-plane-metrics.js'

test('streams are counted by status and shards by whether they take records', () => {
  const split = [shard(0, { closedSecond: 1 }), shard(1, { parent: 0 }), shard(2, { parent: 0 })]
  const directory = directoryOf(stream('a'), stream('b', { shards: split }), stream('c', { status: 'DELETING', shards: [] }))
  assert.deepEqual(
    controlPlaneSamples(directory).map(({ metric, labels, value }) => [metric, ...Object.values(labels), value]),
    [
      ['millrace_streams', 'CREATING', 0],
      ['millrace_streams', 'ACTIVE', 2],
      ['millrace_streams', 'UPDATING', 0],
      ['millrace_streams', 'DELETING', 1],
      ['millrace_shards', 'open', 3],
      ['millrace_shards', 'closed', 1],
    ],
  )
})
