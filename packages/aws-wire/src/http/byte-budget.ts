/**
 * A bound on bytes in memory that all lanes share: counters in a SharedArrayBuffer, so that worker threads count together.
 * Bytes are counted as they arrive, not as a length claims; who counts past the bound stops reading until it has room again.
 */
export class ByteBudget {
  private readonly cells: Int32Array<SharedArrayBuffer>

  /** `shared`: from `ByteBudget.allocate`, the same in every lane. */
  constructor(shared: SharedArrayBuffer) {
    this.cells = new Int32Array(shared)
  }

  /** At most 1 GiB, so that what is counted past the bound before all lanes have stopped cannot overflow a cell. */
  static allocate(bytesMax: number): SharedArrayBuffer {
    if (!(bytesMax > 0 && bytesMax <= 1024 ** 3)) throw new RangeError(`a budget is 1 byte to 1 GiB, not ${bytesMax} bytes`)
    const shared = new SharedArrayBuffer(4 * Int32Array.BYTES_PER_ELEMENT)
    new Int32Array(shared)[max] = bytesMax
    return shared
  }

  get usedBytes(): number {
    return Atomics.load(this.cells, used)
  }

  get bytesMax(): number {
    return this.cells[max] as number
  }

  /** False: the bound is passed. The bytes are counted all the same, since they are in memory already. */
  add(bytes: number): boolean {
    return Atomics.add(this.cells, used, bytes) + bytes <= (this.cells[max] as number)
  }

  release(bytes: number): void {
    Atomics.sub(this.cells, used, bytes)
  }

  /** Room again, with some distance from the bound, so that readers do not stop and start at every chunk. */
  get hasRoom(): boolean {
    return this.usedBytes <= this.bytesMax - (this.bytesMax >> 3)
  }

  /**
   * At the bound one reader among all lanes may go on, so that a body which is partly here can always be finished. True: it
   * is the caller, until he gives it back.
   */
  takePassage(): boolean {
    return Atomics.compareExchange(this.cells, passage, 0, 1) === 0
  }

  givePassageBack(): void {
    Atomics.store(this.cells, passage, 0)
  }

  /** Somebody waits for more room than there is, below the bound as well, until he calls `relieve`. */
  press(): void {
    Atomics.add(this.cells, pressing, 1)
  }

  relieve(): void {
    Atomics.sub(this.cells, pressing, 1)
  }

  get isPressed(): boolean {
    return Atomics.load(this.cells, pressing) > 0
  }
}

const used = 0
const max = 1
const passage = 2
const pressing = 3

/** Both bounds of a listener. */
export interface ListenerBudget {
  /** Bodies from their first byte until their request is answered. */
  readonly requests: ByteBudget
  /** Answers from the handler until the kernel has taken them. */
  readonly responses: ByteBudget
}
