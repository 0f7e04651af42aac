import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { durableContract } from '@millrace/log-store/contract'
import { LogUnderTest } from './simulation/log-under-test.js'
import { Random } from './simulation/random.js'
import { SimulatedDisk } from './simulation/simulated-disk.js'

durableContract('segment log on a real disk', async () => {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'millrace-log-'))
  return LogUnderTest.start({ directory }, () => rm(directory, { recursive: true }))
})

durableContract('segment log on a simulated disk', async () => {
  const fileSystem = new SimulatedDisk({ random: new Random(1), schedule: setImmediate })
  return LogUnderTest.start({ directory: '/log', fileSystem })
})

durableContract('segment log with small segments', async () => {
  const fileSystem = new SimulatedDisk({ random: new Random(1), schedule: setImmediate })
  return LogUnderTest.start({
    directory: '/log',
    fileSystem,
    settings: { segmentBytes: 8192, footerCacheBytes: 500, filesOpenMax: 2 },
  })
})
