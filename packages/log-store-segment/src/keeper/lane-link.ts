import type { Channel } from '../channel/channel.js'
import type { KeeperMessage, LaneMessage } from '../channel/messages.js'

/** The keeper's end of the channel to a lane. */
export class LaneLink {
  constructor(
    private readonly channel: Channel,
    onMessage: (link: LaneLink, message: LaneMessage) => void,
  ) {
    channel.on('message', (message: LaneMessage) => onMessage(this, message))
  }

  send(message: KeeperMessage): void {
    this.channel.postMessage(message)
  }
}
