import { Http1Connection } from '@millrace/testkit'
import type { Protocol } from './protocol.js'

/** A connection for each slot. */
export const http1Protocol: Protocol = {
  encodeHead(headers, bodyBytes) {
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    return Buffer.from(`POST / HTTP/1.1\r\n${lines}content-length: ${bodyBytes}\r\n\r\n`, 'latin1')
  },

  async open(host, port, count) {
    const connections = await Promise.all(Array.from({ length: count }, () => Http1Connection.open(host, port)))
    return {
      slots: connections.map((connection) => ({
        send: ({ head, body }, onResponse) => connection.send(body.length === 0 ? [head] : [head, body], onResponse),
      })),
      close: () => {
        for (const connection of connections) connection.close()
      },
    }
  },
}
