/** A lane whose loop does not turn. */
export interface LaneHang {
  readonly lane: number
  /** So long it has not answered, while the main thread was there to hear it. */
  readonly silentMs: number
}

export interface LaneWatchParts {
  readonly lanes: number
  /** Settles when the lane's loop has turned. */
  readonly ask: (lane: number) => Promise<unknown>
  /** A lane that is silent for so long hangs. */
  readonly silentMsMax: number
  /** Never goes back. */
  readonly nowMs: () => number
  /** A program that is looked at stands still for as long as somebody looks. */
  readonly isDebugged: () => boolean
  readonly onHang: (hang: LaneHang) => void
}

/** How often lanes are asked. */
export const watchEveryMs = 1_000

/**
 * Finds lanes that hang for ever: they refuse nothing and answer nothing, and nobody but the main thread can tell. Only time in which
 * that one's own timers are punctual counts: a machine that slept, or a process that was stopped, begins anew.
 */
export class LaneWatch {
  private readonly silentMs: number[]
  private readonly isAsked: boolean[]
  private lookedMs: number

  constructor(private readonly parts: LaneWatchParts) {
    this.silentMs = Array.from({ length: parts.lanes }, () => 0)
    this.isAsked = Array.from({ length: parts.lanes }, () => false)
    this.lookedMs = parts.nowMs()
  }

  /** Called every `watchEveryMs`. */
  tick(): void {
    const nowMs = this.parts.nowMs()
    const passedMs = nowMs - this.lookedMs
    this.lookedMs = nowMs
    const begins = passedMs > 2 * watchEveryMs || this.parts.isDebugged()
    for (let lane = 0; lane < this.parts.lanes; lane++) this.look(lane, begins ? undefined : passedMs)
  }

  /** `passedMs`: since the last look; undefined: nobody knows who was late. */
  private look(lane: number, passedMs: number | undefined): void {
    if (!this.isAsked[lane]) return this.ask(lane)
    this.silentMs[lane] = passedMs === undefined ? 0 : this.silentMs[lane] + passedMs
    const silentMs = this.silentMs[lane]
    if (silentMs >= this.parts.silentMsMax) this.parts.onHang({ lane, silentMs: Math.round(silentMs) })
  }

  private ask(lane: number): void {
    this.isAsked[lane] = true
    this.silentMs[lane] = 0
    const answered = () => {
      this.isAsked[lane] = false
    }
    this.parts.ask(lane).then(answered, answered)
  }
}
