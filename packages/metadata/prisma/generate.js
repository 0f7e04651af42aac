/**
 * Runs `prisma generate`. Nothing of it needs Prisma's schema engine, but the command insists on one and would download it; any
 * file that exists satisfies it.
 */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const prisma = createRequire(import.meta.url).resolve('prisma/build/index.js')
const { status, stderr } = spawnSync(process.execPath, [prisma, 'generate', '--schema', 'prisma/schema'], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  env: {
    ...process.env,
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
  },
  encoding: 'utf8',
})
if (status !== 0) process.stderr.write(stderr)
process.exitCode = status ?? 1
