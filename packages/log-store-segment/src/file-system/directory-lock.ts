import { randomBytes } from 'node:crypto'
import fs from 'node:fs/promises'
import net from 'node:net'
import path from 'node:path'
import type { LockOutcome } from './file-system.js'

const namePattern = /^lock\.(\d+)$/
/** A stopped process still holds its socket, but says nothing. */
const answerTimeoutMs = 2000

/**
 * Holds a directory for this process, by a socket in it that answers as long as the process lives: the kernel closes it with the
 * process, however that ends, so there is no stale lock to guess about, as there is with a file that names a process id.
 *
 * The socket's name carries a number. A taker that finds the highest number dead takes the next one: `link` refuses a name that is
 * taken, so of two takers one fails, and one that comes late sees a higher number and gives way.
 */
export async function lockDirectory(directory: string, holder: string): Promise<LockOutcome> {
  const server = net.createServer((socket) => socket.on('error', () => {}).end(holder))
  server.unref()
  const unnamed = path.join(directory, `lock.new.${randomBytes(6).toString('hex')}`)
  await listen(server, unnamed)
  try {
    return await takeNumber(directory, server, unnamed)
  } finally {
    await fs.rm(unnamed, { force: true })
  }
}

async function takeNumber(directory: string, server: net.Server, unnamed: string): Promise<LockOutcome> {
  for (;;) {
    const highest = Math.max(0, ...(await numbers(directory)))
    const heldBy = highest > 0 ? await ask(nameOf(directory, highest)) : undefined
    if (heldBy !== undefined) {
      server.close()
      return { ok: false, heldBy }
    }
    const mine = nameOf(directory, highest + 1)
    if (!(await link(unnamed, mine))) continue
    const all = await numbers(directory)
    if (Math.max(...all) > highest + 1) {
      await fs.rm(mine, { force: true })
      continue
    }
    for (const number of all) if (number <= highest) await fs.rm(nameOf(directory, number), { force: true })
    const release = async () => {
      await fs.rm(mine, { force: true })
      server.close()
    }
    return { ok: true, release }
  }
}

function nameOf(directory: string, number: number): string {
  return path.join(directory, `lock.${number}`)
}

async function numbers(directory: string): Promise<number[]> {
  const names = await fs.readdir(directory)
  return names.flatMap((name) => namePattern.exec(name)?.[1] ?? []).map(Number)
}

async function link(from: string, to: string): Promise<boolean> {
  try {
    await fs.link(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function listen(server: net.Server, socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(shortened(socketPath), () => resolve())
  })
}

/** What the process behind a socket says of itself; undefined where there is none. */
function ask(socketPath: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = net.connect(shortened(socketPath))
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      answer = (answer + text).slice(0, 1000)
    })
    socket.on('end', () => resolve(answer))
    socket.setTimeout(answerTimeoutMs, () => {
      resolve('a process that does not answer')
      socket.destroy()
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ECONNREFUSED' || error.code === 'ENOENT' ? undefined : `another process (${error.message})`)
    })
  })
}

/** A socket's path may have about 100 bytes; a relative one is often shorter. */
function shortened(socketPath: string): string {
  const relative = path.relative(process.cwd(), socketPath)
  return relative.length < socketPath.length ? relative : socketPath
}
