import { AnswerReader } from '@millrace/aws-wire'

interface Known {
  readonly reader: AnswerReader
  subscriptions: number
}

/** The connections, in whatever lane, whose subscriptions are pushed from this one: all of a connection share its turns here. */
export class PushReaders {
  private readonly byId = new Map<number, Known>()

  get count(): number {
    return this.byId.size
  }

  /** For one subscription, until it leaves. */
  join(id: number): AnswerReader {
    const known = this.byId.get(id) ?? { reader: new AnswerReader(), subscriptions: 0 }
    known.subscriptions++
    this.byId.set(id, known)
    return known.reader
  }

  leave(id: number): void {
    const known = this.byId.get(id)
    if (!known || --known.subscriptions > 0) return
    known.reader.isGone = true
    this.byId.delete(id)
  }
}
