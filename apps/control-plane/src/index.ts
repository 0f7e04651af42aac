export * from './config.js'
export * from './control-plane.js'
