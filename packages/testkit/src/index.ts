export * from './client/http1-connection.js'
export * from './client/kinesis-client.js'
export * from './client/signer.js'
export * from './server/standalone-server.js'
