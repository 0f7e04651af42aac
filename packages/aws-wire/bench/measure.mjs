/** Runs `work` for about `ms` after a warm-up and returns seconds per run: the best of three rounds, as the machine is shared. */
export function secondsPerRun(work, ms = 300) {
  for (let i = 0; i < 5; i++) work()
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 3; round++) {
    const from = process.hrtime.bigint()
    let runs = 0
    let elapsedMs = 0
    do {
      work()
      runs++
      elapsedMs = Number(process.hrtime.bigint() - from) / 1e6
    } while (elapsedMs < ms)
    best = Math.min(best, elapsedMs / runs / 1000)
  }
  return best
}

export function report(name, records, bytes, seconds) {
  const mib = (bytes / 2 ** 20 / seconds).toFixed(0).padStart(6)
  const perSecond = Math.round(records / seconds)
    .toLocaleString('en')
    .padStart(12)
  console.log(
    `${name.padEnd(44)} ${mib} MiB/s ${perSecond} records/s ${((seconds / records) * 1e9).toFixed(0).padStart(7)} ns/record`,
  )
}
