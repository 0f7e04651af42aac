import kinesis from './kinesis.json' with { type: 'json' }
import type { ServiceModel } from './model.js'
import sts from './sts.json' with { type: 'json' }

/** The APIs that have a model here. */
export type ServiceName = keyof typeof models

const models = { kinesis, sts }

/** The model of an API, read once at start. */
export function serviceModel(service: ServiceName): ServiceModel {
  return models[service] as unknown as ServiceModel
}
