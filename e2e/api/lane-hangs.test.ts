import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { endpointOf } from './client/endpoint.js'
import { freshRegion, Kinesis } from './client/kinesis.js'
import { noServerOfOwn, Standalone } from './client/standalone.js'
import { createStream, iterator, readAll } from './client/streams.js'
import { ThreadFault } from './client/thread-fault.js'

const folder = mkdtempSync(join(tmpdir(), 'millrace-e2e-hang-'))
const pipe = join(folder, 'pipe')

/** What the thread does, and how the process ends. */
const hangs = {
  'in a loop of its own': { statement: 'for (;;);', exitCode: 1 },
  // It cannot be ended from within the process, which is killed then.
  'within a call of the system': { statement: `require('node:fs').openSync(${JSON.stringify(pipe)}, 'r')`, exitCode: undefined },
} as const

suite('when a lane hangs', { skip: noServerOfOwn }, () => {
  execFileSync('mkfifo', [pipe])
  after(() => rmSync(folder, { recursive: true }))

  for (const [where, { statement, exitCode }] of Object.entries(hangs)) {
    test(`${where}, the process ends and says why, and what was acknowledged is there after the next start`, async () => {
      const fault = new ThreadFault(statement)
      const own = await Standalone.start({ ...fault.environment, MILLRACE_HANG_MS: '5000' })
      after(async () => {
        await own.remove()
        fault.remove()
      })
      const api = new Kinesis(endpointOf(own), freshRegion())
      const name = await createStream(api, { ShardCount: 1 })
      const { SequenceNumber } = await api.ok('PutRecord', { StreamName: name, PartitionKey: 'k', Data: 'YQ==' })
      fault.strike()
      assert.equal(await own.ended(), exitCode)
      assert.match(own.printed(), /a lane hangs/)
      assert.doesNotMatch(own.printed(), /a lane has died/)
      await own.startAgain()
      const records = await readAll(api, await iterator(api, name))
      assert.deepEqual(
        records.map((record) => record.SequenceNumber),
        [SequenceNumber],
      )
    })
  }
})
