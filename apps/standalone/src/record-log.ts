import type { ControlPlaneService } from '@millrace/control-plane'
import { LogKeeper } from '@millrace/log-store-segment'
import type { Config, Logger } from '@millrace/service-kit'
import type { DataDirectory } from './data-directory.js'
import type { LifeCycle } from './life-cycle.js'
import { checkInstallation } from './one-installation.js'
import { StartRefused } from './start-refused.js'

const tickEveryMs = 1000

/** Opens the record log, which also holds the data directory for this process. Throws where another process holds it. */
export async function openKeeper(life: LifeCycle, directory: DataDirectory, config: Config, logger: Logger): Promise<LogKeeper> {
  const opened = await LogKeeper.open({
    directory: directory.log,
    report: (report) => logger.warn('the record log reports', { ...report }),
    settings: { reserveBytes: config.diskReserveBytes, segmentBytes: config.segmentBytes },
  })
  if (!opened.ok) throw new StartRefused(`${config.dataDirectory} is held by ${opened.error.heldBy}`)
  const keeper = opened.value
  const ticking = setInterval(() => void keeper.tick(), tickEveryMs)
  life.onStop('record log', async () => {
    clearInterval(ticking)
    await keeper.close()
  })
  return keeper
}

/** Database and log are bound at the first start; a mismatch later is a refusal to start. */
export async function joinInstallation(service: ControlPlaneService, keeper: LogKeeper): Promise<void> {
  const { logId } = keeper
  const checked = checkInstallation({ logId, logIsEmpty: keeper.streams().length === 0, boundLogId: service.logId })
  if (!checked.ok) throw new StartRefused(checked.error)
  await service.bindLog(logId)
}
