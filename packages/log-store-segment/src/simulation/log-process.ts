import type { ShardKey } from '@millrace/model'
import { memoryChannel } from '../channel/channel.js'
import type { FileSystem } from '../file-system/file-system.js'
import { LogKeeper } from '../keeper/log-keeper.js'
import type { LogSettings } from '../keeper/settings.js'
import { type LaneLog, openLaneLog } from '../lane/lane-log.js'
import type { LogReport } from '../report.js'
import type { Turns } from './turns.js'

export interface LogProcessOptions {
  readonly fileSystem: FileSystem
  readonly turns: Turns
  readonly nowMs: () => number
  readonly lanes: number
  readonly settings: Partial<LogSettings>
  readonly report: (report: LogReport) => void
  readonly randomBytes: (bytes: number) => Buffer
}

/** A process that has the log open: a keeper and some lanes, which share the shards among them. */
export class LogProcess {
  private constructor(
    readonly keeper: LogKeeper,
    readonly lanes: readonly LaneLog[],
  ) {}

  static async start(options: LogProcessOptions): Promise<LogProcess> {
    const { fileSystem, turns, settings, report, randomBytes } = options
    const clock = { nowMs: options.nowMs }
    const pause = () => new Promise<void>(turns.add)
    const directory = '/data/log'

    const opened = await LogKeeper.open({ directory, fileSystem, clock, settings, report, randomBytes, pause })
    if (!opened.ok) throw new Error(`the log is held by ${opened.error.heldBy}`)
    const lanes: LaneLog[] = []
    for (let lane = 0; lane < options.lanes; lane++) {
      const [here, there] = memoryChannel(inOrder(turns))
      opened.value.attach(here)
      lanes.push(await openLaneLog({ directory, fileSystem, clock, report, channel: there, defer: turns.add, pause }))
    }
    return new LogProcess(opened.value, lanes)
  }

  laneOf(shard: ShardKey): LaneLog {
    const lane = this.lanes[(Number.parseInt(shard.streamId.slice(-4), 16) + shard.shard) % this.lanes.length]
    if (!lane) throw new Error('a process has lanes')
    return lane
  }

  async stop(): Promise<void> {
    for (const lane of this.lanes) await lane.close()
    await this.keeper.close()
  }
}

/** Messages arrive at any time, and in the order in which they were sent. */
function inOrder(turns: Turns): (deliver: () => void) => void {
  const waiting: (() => void)[] = []
  return (deliver) => {
    waiting.push(deliver)
    turns.add(() => waiting.shift()?.())
  }
}
