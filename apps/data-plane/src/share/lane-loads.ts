/** Bytes of request bodies that each lane of the process has under way, in memory that all lanes see. */
export class LaneLoads {
  private readonly bytes: Int32Array

  /** `shared`: `LaneLoads.allocate(lanes)`, the same for all lanes. */
  constructor(
    shared: SharedArrayBuffer,
    private readonly own: number,
  ) {
    this.bytes = new Int32Array(shared)
  }

  static allocate(lanes: number): SharedArrayBuffer {
    return new SharedArrayBuffer(lanes * Int32Array.BYTES_PER_ELEMENT)
  }

  begin(bytes: number): void {
    Atomics.add(this.bytes, this.own, bytes)
  }

  end(bytes: number): void {
    Atomics.sub(this.bytes, this.own, bytes)
  }

  /** The lane that has least to do, if work of so many bytes is done sooner there even with the way over; else undefined. */
  lessBusy(bytes: number): number | undefined {
    let least = this.own
    for (let lane = 0; lane < this.bytes.length; lane++) {
      if (Atomics.load(this.bytes, lane) < Atomics.load(this.bytes, least)) least = lane
    }
    const ahead = Atomics.load(this.bytes, this.own) - Atomics.load(this.bytes, least)
    return ahead > bytes ? least : undefined
  }
}
