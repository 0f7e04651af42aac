export * from './log-store.js'
export * from './memory/memory-log-store.js'
export * from './page-builder.js'
