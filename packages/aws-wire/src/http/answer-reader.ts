/** More than the buffers of two kernels hold between them: whoever has taken so much has read. */
const provenBytes = 16 * 1024 * 1024

/** Whoever takes the answers of one connection, over HTTP/2 those of all its streams: what he may still be given depends on it. */
export class AnswerReader {
  /** Of his answers, those that are being made too, what is in memory because he has not taken it yet. */
  heldBytes = 0
  /** Nothing of what he waits for is wanted any more. */
  isGone = false
  private takenBytes = 0
  private namedAs = 0

  /** He has shown that he reads what he asks for. */
  get isProven(): boolean {
    return this.takenBytes >= provenBytes
  }

  /** Told to other lanes, for which a number is enough: hardly two connections have the same, and then they share their turns. */
  get id(): number {
    if (this.namedAs === 0) this.namedAs = 1 + Math.floor(Math.random() * Number.MAX_SAFE_INTEGER)
    return this.namedAs
  }

  took(bytes: number): void {
    this.takenBytes += bytes
  }

  /** What he takes is too little to tell by, and shows in another way that he reads. */
  prove(): void {
    this.takenBytes = Math.max(this.takenBytes, provenBytes)
  }
}
