import type { WireHeaders } from './request.js'

/** Headers that stay in the text of the head; a name or value becomes a string of its own only when it is asked for. */
export class HeadHeaders implements WireHeaders {
  /** `marks`: start and end of each name and value in `text`, four numbers a header. */
  constructor(
    private readonly text: string,
    private readonly marks: Uint16Array,
  ) {}

  get(name: string): string | undefined {
    const { text, marks } = this
    let found: string | undefined
    for (let i = 0; i < marks.length; i += 4) {
      if (!this.isNamed(i, name)) continue
      const value = text.slice(marks[i + 2], marks[i + 3])
      found = found === undefined ? value : `${found},${value}`
    }
    return found
  }

  *entries(): Iterable<readonly [name: string, value: string]> {
    const { text, marks } = this
    for (let i = 0; i < marks.length; i += 4) {
      yield [text.slice(marks[i], marks[i + 1]).toLowerCase(), text.slice(marks[i + 2], marks[i + 3])]
    }
  }

  private isNamed(i: number, name: string): boolean {
    const start = this.marks[i] as number
    if ((this.marks[i + 1] as number) - start !== name.length) return false
    for (let at = 0; at < name.length; at++) {
      const code = this.text.charCodeAt(start + at)
      if ((code >= 0x41 && code <= 0x5a ? code | 0x20 : code) !== name.charCodeAt(at)) return false
    }
    return true
  }
}

/** Headers that another parser has taken apart: name, value, name, value, … in the order received. */
export class RawHeaders implements WireHeaders {
  constructor(private readonly raw: readonly string[]) {}

  get(name: string): string | undefined {
    let found: string | undefined
    for (let i = 0; i < this.raw.length; i += 2) {
      if ((this.raw[i] as string).toLowerCase() !== name) continue
      const value = this.raw[i + 1] as string
      found = found === undefined ? value : `${found},${value}`
    }
    return found
  }

  *entries(): Iterable<readonly [name: string, value: string]> {
    for (let i = 0; i < this.raw.length; i += 2) yield [(this.raw[i] as string).toLowerCase(), this.raw[i + 1] as string]
  }
}
