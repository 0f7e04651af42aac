import { writeFileSync } from 'node:fs'
import { serviceModel } from '../service-model.js'
import { typescriptOf } from './typescript.js'

writeFileSync(new URL('../../src/kinesis.types.ts', import.meta.url), typescriptOf(serviceModel('kinesis'), 'Kinesis'))
