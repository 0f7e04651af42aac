export * from './kinesis.types.js'
export * from './model.js'
export * from './service-model.js'
