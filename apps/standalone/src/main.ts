import 'reflect-metadata'
import type { ControlPlaneService } from '@millrace/control-plane'
import { createLogger, loadConfig } from '@millrace/service-kit'
import { NestFactory } from '@nestjs/core'
import type { Endpoint } from './lanes.js'
import { LifeCycle } from './life-cycle.js'
import { readyMessage } from './ready-message.js'
import { part, standaloneModule } from './standalone.module.js'
import { StartRefused } from './start-refused.js'

// Whoever reads what is printed may go before the server does: no reason to end, and least of all with Postgres left behind.
for (const out of [process.stdout, process.stderr]) out.on('error', () => {})

const loaded = loadConfig(process.env, process.cwd())
if (!loaded.ok) {
  for (const problem of loaded.error) process.stderr.write(`${problem}\n`)
  process.exit(2)
}
const { config, warnings } = loaded.value
const logger = createLogger({ level: config.logLevel, format: config.logFormat })
for (const warning of warnings) logger.warn(warning)

const life = new LifeCycle(logger)
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, async () => {
    logger.info('stopping', { signal })
    await life.stop()
    process.exit(0)
  })
}

try {
  const module = standaloneModule(config, life, logger)
  const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false })
  const { port, certificate } = app.get<Endpoint>(part.endpoint)
  const { rootCredentials } = app.get<ControlPlaneService>(part.controlPlane)
  const url = `http://${hostInUrl(config.host)}:${port}`
  process.stdout.write(`${readyMessage({ url, region: 'us-east-1', ...rootCredentials, caFile: certificate.caFile })}\n`)
} catch (error) {
  logger.error('could not start', { error: error instanceof StartRefused ? error.message : error })
  await life.stop()
  process.exit(1)
}

/** What clients on this machine write for the address that is listened on. */
function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
