import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { LogStore } from '@millrace/log-store'
import { durableContract } from '@millrace/log-store/contract'
import { memoryChannel } from './channel/channel.js'
import { LogKeeper } from './keeper/log-keeper.js'
import { type LaneLog, openLaneLog } from './lane/lane-log.js'

durableContract('segment log on a real disk', async () => {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'millrace-log-'))
  let keeper: LogKeeper
  let log: LaneLog
  const open = async (): Promise<LogStore> => {
    const opened = await LogKeeper.open({ directory })
    if (!opened.ok) throw new Error(`the log is held by ${opened.error.heldBy}`)
    keeper = opened.value
    const [mine, theirs] = memoryChannel()
    keeper.attach(mine)
    log = await openLaneLog({ directory, channel: theirs })
    return log
  }
  const close = async () => {
    await log.close()
    await keeper.close()
  }
  return {
    store: await open(),
    reopen: async () => {
      await close()
      return open()
    },
    stop: async () => {
      await close()
      await rm(directory, { recursive: true })
    },
  }
})
