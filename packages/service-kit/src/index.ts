export * from './config/load-config.js'
export type { Address } from './config/setting.js'
export * from './log/create-logger.js'
export * from './log/logger.js'
