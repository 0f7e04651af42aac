import 'reflect-metadata'
import type { ControlPlaneService } from '@millrace/control-plane'
import type { Lanes } from '@millrace/data-plane'
import { createLogger, loadConfig } from '@millrace/service-kit'
import { NestFactory } from '@nestjs/core'
import { LifeCycle } from './life-cycle.js'
import { readyMessage } from './ready-message.js'
import { part, StandaloneModule } from './standalone.module.js'

const loaded = loadConfig(process.env, process.cwd())
if (!loaded.ok) {
  for (const problem of loaded.error) process.stderr.write(`${problem}\n`)
  process.exit(2)
}
const { config, warnings } = loaded.value
const logger = createLogger({ level: config.logLevel, format: config.logFormat })
for (const warning of warnings) logger.warn(warning)

const app = await NestFactory.createApplicationContext(StandaloneModule.of(config, logger), {
  logger: ['error'],
  abortOnError: false,
})
const life = app.get(LifeCycle)
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, async () => {
    logger.info('stopping', { signal })
    await life.stop()
    process.exit(0)
  })
}
const { port } = app.get<Lanes>(part.lanes)
const { rootCredentials } = app.get<ControlPlaneService>(part.controlPlane)
const url = `http://${config.host}:${port}`
process.stdout.write(`${readyMessage({ url, region: 'us-east-1', ...rootCredentials, caFile: undefined })}\n`)
