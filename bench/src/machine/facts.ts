import { cpus, freemem, release, totalmem, type } from 'node:os'

/** One line that tells a reader what the figures were measured on. */
export function machineFacts(): string {
  const models = new Set(cpus().map(({ model }) => model.trim()))
  const gib = (bytes: number): string => (bytes / 1024 ** 3).toFixed(0)
  return (
    `${cpus().length} × ${[...models].join(', ')}, ${gib(totalmem())} GiB (${gib(freemem())} free), ` +
    `${type()} ${release()}, Node ${process.versions.node}`
  )
}
