/** How many requests came to what. Operations and error codes are those of the models, so there is a bounded number of both. */
export class AnswerCounts {
  private readonly byOperation = new Map<string, Map<string, number>>()

  count(operation = 'unknown', errorCode = 'none'): void {
    const counts = this.byOperation.get(operation) ?? new Map<string, number>()
    this.byOperation.set(operation, counts)
    counts.set(errorCode, (counts.get(errorCode) ?? 0) + 1)
  }

  *entries(): Generator<{ readonly operation: string; readonly error: string; readonly count: number }> {
    for (const [operation, counts] of this.byOperation) {
      for (const [error, count] of counts) yield { operation, error, count }
    }
  }
}
