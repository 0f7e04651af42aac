import type { MessagePort } from 'node:worker_threads'
import type { Channel } from '@millrace/log-store-segment'

/** A `MessagePort` as the log speaks over it. */
export function keeperChannel(port: MessagePort): Channel {
  return {
    postMessage: (message) => port.postMessage(message),
    on: (event, listener: (message: never) => void) => port.on(event, listener as (message: unknown) => void),
  }
}
