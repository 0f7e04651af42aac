export * from './control-plane.rpc.js'
export * from './data-plane.rpc.js'
export * from './message-port/message-port.rpc.js'
export * from './shard-owner.rpc.js'
