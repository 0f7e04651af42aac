import type { LogStore } from '@millrace/log-store'
import type { DurableStoreUnderTest } from '@millrace/log-store/contract'
import { memoryChannel } from '../channel/channel.js'
import { LogKeeper, type LogKeeperOptions } from '../keeper/log-keeper.js'
import { type LaneLog, openLaneLog } from '../lane/lane-log.js'

/** A keeper and one lane in one thread. */
export class LogUnderTest implements DurableStoreUnderTest {
  private constructor(
    private readonly options: LogKeeperOptions,
    private readonly onStop: () => Promise<void>,
    public keeper: LogKeeper,
    public store: LaneLog,
  ) {}

  static async start(options: LogKeeperOptions, onStop = async () => {}): Promise<LogUnderTest> {
    const { keeper, store } = await open(options)
    return new LogUnderTest(options, onStop, keeper, store)
  }

  async reopen(): Promise<LogStore> {
    await this.close()
    Object.assign(this, await open(this.options))
    return this.store
  }

  async stop(): Promise<void> {
    await this.close()
    await this.onStop()
  }

  private async close(): Promise<void> {
    await this.store.close()
    await this.keeper.close()
  }
}

async function open(options: LogKeeperOptions): Promise<{ readonly keeper: LogKeeper; readonly store: LaneLog }> {
  const opened = await LogKeeper.open(options)
  if (!opened.ok) throw new Error(`the log is held by ${opened.error.heldBy}`)
  const [here, there] = memoryChannel()
  opened.value.attach(here)
  return { keeper: opened.value, store: await openLaneLog({ ...options, channel: there }) }
}
