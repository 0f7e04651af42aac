import type { Worker } from 'node:worker_threads'
import type { Channel } from '@millrace/rpc'

/** A thread as its starter calls it: closed when the thread has ended, however that came about. A `Worker` itself does not say so. */
export function threadChannel(worker: Worker): Channel {
  return {
    postMessage: (value, transfer) => worker.postMessage(value, transfer as ArrayBuffer[]),
    on: (event: 'message' | 'close', listener: (value: never) => void) =>
      worker.on(event === 'close' ? 'exit' : event, listener as (value: unknown) => void),
  }
}
