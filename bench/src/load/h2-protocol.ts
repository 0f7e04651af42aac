import { H2Connection } from '../h2/connection.js'
import { encodeHeaderBlock } from '../h2/header-block.js'
import type { Protocol } from './protocol.js'

/** One connection for all slots, as an SDK may do it. */
export const h2Protocol: Protocol = {
  encodeHead: encodeHeaderBlock,

  async open(host, port, count) {
    const connection = await H2Connection.open(host, port)
    const slot = { send: connection.send.bind(connection) }
    return { slots: Array.from({ length: count }, () => slot), close: () => connection.close() }
  },
}
