import type { LaneAddress, ShardOwner } from '@millrace/streams'

/** Leads from an address in the shard map to the owner there. */
export class Owners {
  private readonly byAddress = new Map<string, ShardOwner>()

  add(address: LaneAddress, owner: ShardOwner): void {
    this.byAddress.set(addressText(address), owner)
  }

  /** Undefined where the map names a lane that this one has no way to. */
  at(address: LaneAddress): ShardOwner | undefined {
    return this.byAddress.get(addressText(address))
  }
}

export function addressText(address: LaneAddress): string {
  return `${address.node}/${address.lane}`
}
