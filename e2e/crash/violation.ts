/** A promise of the server is broken. `evidence` is printed as JSON. */
export class Violation extends Error {
  constructor(
    message: string,
    readonly evidence: Readonly<Record<string, unknown>>,
  ) {
    super(message)
  }
}
