/**
 * The embedded log: segment files with group commit, for the records of many shards, written by several lanes.
 *
 *     const opened = await LogKeeper.open({ directory, report })     // main thread, once; refuses a directory that is held
 *     const keeper = opened.value                                    // keeper.logId: compare it with the database's
 *     keeper.attach(port1)                                           // for each lane; a MessagePort, or an end of memoryChannel()
 *     const log = await openLaneLog({ directory, channel: port2, report })   // in the lane's thread: a LogStore for its shards
 *     setInterval(() => keeper.tick(), 1000); setInterval(() => log.tick(), 1000)
 *     …
 *     await log.close()                                              // every lane first
 *     await keeper.close()
 *
 * A shard has one lane at a time; which one, and how many there are, may change with every start.
 */
export * from './channel/channel.js'
export * from './file-system/file-system.js'
export * from './file-system/measured-file-system.js'
export * from './file-system/node-file-system.js'
export * from './keeper/log-keeper.js'
export { type LaneLog, type LaneLogOptions, openLaneLog } from './lane/lane-log.js'
export * from './report.js'
