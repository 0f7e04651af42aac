import type { FileSystem } from '../file-system/file-system.js'
import type { Pause } from '../file-system/shrink.js'
import type { Report } from '../report.js'
import { Catalog } from './catalog.js'
import { readIdentity } from './identity.js'
import { Recovery, segmentIdsIn } from './recovery.js'
import { defaultLogSettings, type LogSettings } from './settings.js'
import { ShardTableFile } from './shard-table-file.js'
import { SpaceReturn } from './space-return.js'
import { Spares } from './spares.js'

interface OpenOptions {
  readonly directory: string
  readonly fileSystem: FileSystem
  readonly report: Report
  readonly pause: Pause
  readonly randomBytes: (bytes: number) => Buffer
  readonly settings: Partial<LogSettings>
  /** Gives up the hold of the directory. */
  readonly release: () => Promise<void>
}

/** What was found in the directory. */
export interface OpenedDirectory {
  readonly logId: string
  readonly catalog: Catalog
  readonly tableFile: ShardTableFile
  readonly spares: Spares
  readonly spaceReturn: SpaceReturn
  readonly nextSegmentId: number
  readonly release: () => Promise<void>
}

/** Reads what is in the directory and has recovery bring it in order. */
export async function openDirectory(options: OpenOptions): Promise<OpenedDirectory> {
  const { fileSystem, directory, report, pause, release } = options
  const { sparesMax, segmentBytes, returnStepBytes: stepBytes } = { ...defaultLogSettings, ...options.settings }
  const segmentIds = await segmentIdsIn(fileSystem, directory)
  const logId = await readIdentity(fileSystem, directory, () => options.randomBytes(16).toString('hex'))
  const tableFile = await ShardTableFile.open(fileSystem, directory, segmentIds.length === 0)
  const { found } = tableFile
  const catalog = new Catalog()
  if (found) catalog.addTable(found)
  const spaceReturn = new SpaceReturn({ fileSystem, pause, report, stepBytes })
  const spares = new Spares({ fileSystem, directory, sparesMax, segmentBytes, spaceReturn, pause })
  await spares.find()
  const discard = (segmentId: number) => spares.discard(segmentId)
  const recovered = await new Recovery(fileSystem, directory, logId, found, report, discard).run(segmentIds)
  for (const { rolled, isCompacted } of recovered) catalog.addSegment(rolled, isCompacted)
  const nextSegmentId = Math.max(found?.nextSegmentId ?? 1, (segmentIds.at(-1) ?? 0) + 1)
  return { logId, catalog, tableFile, spares, spaceReturn, nextSegmentId, release }
}
