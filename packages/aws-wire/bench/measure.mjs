/** CPU seconds of this process, all its threads: on a shared machine the clock on the wall measures the neighbours. */
export function cpuSeconds() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** CPU seconds per run of `work`: the best of five rounds of about `ms` each, after a warm-up. */
export function secondsPerRun(work, ms = 200) {
  for (const endMs = performance.now() + ms; performance.now() < endMs; ) work()
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 5; round++) {
    const from = cpuSeconds()
    let runs = 0
    let elapsed = 0
    do {
      // Asking for the CPU time costs a microsecond.
      for (let i = 0; i < 100; i++, runs++) work()
      elapsed = cpuSeconds() - from
    } while (elapsed < ms / 1000)
    best = Math.min(best, elapsed / runs)
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
