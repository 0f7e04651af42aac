/** The moment at which a reader is gone, for a writer who waits for one thing at a time. */
export class Departure {
  private happened = false
  private wake: (() => void) | undefined

  happen(): void {
    this.happened = true
    this.wake?.()
  }

  /** What `awaited` gives, or undefined as soon as the reader is gone. `Promise.race` would keep a reaction for each wait of a long stream. */
  or<T>(awaited: Promise<T>): Promise<T | undefined> {
    if (this.happened) return Promise.resolve(undefined)
    return new Promise((resolve, reject) => {
      this.wake = () => resolve(undefined)
      awaited.then(resolve, reject)
    })
  }
}
