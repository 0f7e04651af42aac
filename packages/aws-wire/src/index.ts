export * from './http/request.js'
export * from './record/get-records.js'
export * from './record/put-records.js'
export * from './service/operation.js'
