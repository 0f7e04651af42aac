export * from './config.js'
export * from './control-plane.js'
export * from './control-plane.module.js'
