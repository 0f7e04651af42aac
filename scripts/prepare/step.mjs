import { spawn } from 'node:child_process'
import { ProblemToTell } from './problem.mjs'

const HEARTBEAT_MS = 10_000

/** @type {NodeJS.Signals[]} */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP']

/**
 * Runs one program as a named step: says that it starts, that it still runs, and how long it took; what the program printed
 * is shown when it fails. SIGTERM ends the program before it ends this process, so that an interrupted install leaves
 * nothing running.
 * @param {string} title
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv }} options
 */
export async function step(title, command, args, options) {
  const startedAt = Date.now()
  const seconds = () => ((Date.now() - startedAt) / 1000).toFixed(1)
  process.stderr.write(`millrace: ${title} …\n`)
  const heartbeat = setInterval(() => process.stderr.write(`millrace: ${title}: ${seconds()} s …\n`), HEARTBEAT_MS)
  try {
    await runToEnd(title, command, args, options)
  } finally {
    clearInterval(heartbeat)
  }
  process.stderr.write(`millrace: ${title}: done in ${seconds()} s\n`)
}

/**
 * @param {string} title
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<void>}
 */
function runToEnd(title, command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    /** @type {Buffer[]} */
    const output = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk))
    const stop = () => {
      child.kill('SIGTERM')
      child.once('close', () => process.exit(143))
    }
    for (const signal of SIGNALS) process.once(signal, stop)
    child.once('error', (error) => reject(new ProblemToTell(`${title}: ${command} cannot be started: ${error.message}`)))
    child.once('close', (code, signal) => {
      for (const name of SIGNALS) process.removeListener(name, stop)
      if (code === 0) return resolve()
      process.stderr.write(Buffer.concat(output))
      reject(new ProblemToTell(`${title}: failed (${signal ?? `exit code ${code}`}); its messages are above`))
    })
  })
}
