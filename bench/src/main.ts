import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { greater, probeDisk } from './machine/disk-probe.js'
import { machineFacts } from './machine/facts.js'
import { removeInSteps } from './machine/remove-in-steps.js'
import { type Options, parseOptions, usage } from './options.js'
import { failuresList, figuresTable, ratiosTable } from './report/table.js'
import { type Row, rowsOf } from './rows.js'
import { type RowFailure, type RowFigures, runTarget } from './run-target.js'
import { millrace } from './targets/millrace.js'
import { ministack } from './targets/ministack.js'
import { kinesalite, kinesisMock } from './targets/npm-peers.js'
import { type Target, TargetUnavailable } from './targets/target.js'

/** On the disk of the checkout: a temporary folder may be memory. */
const folder = fileURLToPath(new URL('../../.bench', import.meta.url))
const workDir = `${folder}/work`
const peersDir = `${folder}/peers`

function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}

function targetsOf(options: Options): Target[] {
  const all = [millrace(workDir, options.profileDir), kinesalite(peersDir, workDir), kinesisMock(peersDir), ministack(peersDir)]
  return all.filter(({ name }) => options.targets.length === 0 || options.targets.includes(name))
}

function rowsFor(target: Target, options: Options): Row[] {
  const all = rowsOf(options).filter(({ compared }) => compared || target.name === 'millrace')
  if (options.rows.length === 0) return all
  const wanted = all.filter(({ name }) => options.rows.some((part) => name.includes(part)))
  const needed = wanted.flatMap(({ halfOf, readsFrom }) => [halfOf, readsFrom])
  return all.filter((row) => wanted.includes(row) || needed.includes(row.name))
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2))
  removeInSteps(workDir)
  mkdirSync(workDir, { recursive: true })
  const diskBefore = probeDisk(workDir, options.diskMs)
  const figures: RowFigures[] = []
  const failures: RowFailure[] = []
  const absent: string[] = []
  const targets = targetsOf(options)
  for (const target of targets) {
    try {
      const done = await runTarget(target, rowsFor(target, options), options, tell)
      figures.push(...done.figures)
      failures.push(...done.failures)
    } catch (error) {
      if (!(error instanceof TargetUnavailable)) throw error
      absent.push(`- ${target.name} did not take part: ${error.message}`)
    }
  }
  const disk = greater(diskBefore, probeDisk(workDir, options.diskMs))
  removeInSteps(workDir)

  const parts = [
    `Machine: ${machineFacts()}`,
    `Disk, idle, appending to a growing file: ${disk.perMebibyte.toFixed(0)} MiB/s with one fdatasync per MiB, ` +
      `${disk.per16Kibibyte.toFixed(0)} MiB/s with one per 16 KiB (the greater of before and after).`,
    `Acknowledged means: ${targets.map(({ name, durability }) => `${name}: ${durability}`).join('; ')}.`,
    figuresTable(figures, disk),
    ratiosTable(figures),
    [...absent, failuresList(failures)].filter((part) => part !== '').join('\n'),
  ]
  process.stdout.write(`${parts.filter((part) => part !== '').join('\n\n')}\n`)
  if (options.jsonFile !== undefined)
    writeFileSync(options.jsonFile, JSON.stringify({ machine: machineFacts(), disk, figures, failures }, null, 2))
  const own = (each: { target: string }): boolean => each.target === 'millrace'
  if (failures.some(own) || figures.some((each) => own(each) && each.errors > 0)) process.exitCode = 1
}

if (process.argv.includes('--help')) process.stdout.write(`${usage}\n`)
else await main()
