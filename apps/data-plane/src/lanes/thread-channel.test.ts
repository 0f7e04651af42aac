import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { PortRpc } from '@millrace/rpc'
import { threadChannel } from './thread-channel.js'

/** A thread that dies of an exception when it is asked for anything. */
const brokenThread = () =>
  new Worker("require('node:worker_threads').parentPort.on('message', () => { throw new Error('broken') })", { eval: true })

test('what is asked of a thread that dies fails, and so does what is asked of it afterwards', async () => {
  const worker = brokenThread()
  worker.on('error', () => {})
  const rpc = new PortRpc(threadChannel(worker))
  await assert.rejects(rpc.call('anything', undefined), /closed/)
  await assert.rejects(rpc.call('anything', undefined), /closed/)
})

test('what is asked of a thread that is ended fails', async () => {
  const worker = new Worker("require('node:worker_threads').parentPort.on('message', () => {})", { eval: true })
  const rpc = new PortRpc(threadChannel(worker))
  const asked = rpc.call('anything', undefined)
  setImmediate(() => worker.terminate())
  await assert.rejects(asked, /closed/)
})
