import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'

/** Installing, over a slow line. */
const readyMs = 15 * 60_000
const stopMs = 60_000

/** A running `npm start` of a clone, seen as its user sees it: the process of npm, what it prints, its port. */
class Server {
  output = ''

  /** @param {string} clone @param {number} port */
  constructor(clone, port) {
    this.port = port
    // A process group of its own stands for a terminal: Ctrl-C there signals all of the group at once.
    this.npm = spawn('npm', ['start'], {
      cwd: clone,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...environment(), MILLRACE_PORT: String(port) },
    })
    for (const stream of [this.npm.stdout, this.npm.stderr])
      stream.setEncoding('utf8').on('data', (text) => (this.output += text))
    this.closed = once(this.npm, 'close').then(([code, signal]) => code ?? signal)
  }

  async ready() {
    const isReady = new Promise((resolve) => {
      this.npm.stdout.on('data', () => this.output.includes('Millrace is ready') && resolve('ready'))
    })
    const outcome = await Promise.race([isReady, this.closed, after(readyMs)])
    if (outcome !== 'ready') throw new Error(`npm start is not ready (${outcome}):\n${this.output}`)
    return this
  }

  /** @returns {Promise<{ live: boolean, ready: boolean, version: string }>} */
  async health() {
    const [response] = await once(http.get({ host: '127.0.0.1', port: this.port, path: '/health', agent: false }), 'response')
    let body = ''
    for await (const chunk of response.setEncoding('utf8')) body += chunk
    return JSON.parse(body)
  }

  /** Signals npm alone; gives its exit code. @param {NodeJS.Signals} signal */
  stop(signal) {
    this.npm.kill(signal)
    return this.ended()
  }

  stopByTerminal() {
    process.kill(-(this.npm.pid ?? 0), 'SIGINT')
    return this.ended()
  }

  /** Everything but Postgres, which leads a session of its own. */
  kill() {
    process.kill(-(this.npm.pid ?? 0), 'SIGKILL')
  }

  async ended() {
    const outcome = await Promise.race([this.closed, after(stopMs)])
    if (outcome !== 0) process.stdout.write(this.output)
    return outcome
  }
}

/** @param {string} clone */
export async function startServer(clone) {
  return new Server(clone, await freePort()).ready()
}

/** Whatever runs from the clone or in it. @param {string} clone */
export function processesOf(clone) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), command: commandOf(name), cwd: cwdOf(name) }))
    .filter(({ pid, command, cwd }) => pid !== process.pid && (command.includes(clone) || cwd.startsWith(clone)))
}

/** @param {string} pid */
function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

/** @param {string} pid */
function cwdOf(pid) {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return ''
  }
}

/** Without what an outer npm or Millrace would pass on. */
function environment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|MILLRACE_|NODE_TEST)/.test(name)))
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = /** @type {net.AddressInfo} */ (server.address())
  server.close()
  return port
}

/** @param {number} ms @returns {Promise<'too slow'>} */
function after(ms) {
  return new Promise((resolve) => setTimeout(() => resolve('too slow'), ms).unref())
}
