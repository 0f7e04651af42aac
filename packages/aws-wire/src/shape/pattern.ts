/**
 * A pattern of the model, which a text matches as a whole. The patterns of ARNs have several `.*`, which a backtracking engine tries
 * in all combinations: a text of 2,048 characters made for it takes hundreds of milliseconds. Here the parts between them are found
 * one after the other, each as early as it can be, which decides the same: a part that ends early leaves all the more to the rest.
 */
export class Pattern {
  private readonly first: RegExp
  private readonly middle: readonly RegExp[]
  private readonly last: RegExp | undefined

  constructor(readonly text: string) {
    const [first = '', ...rest] = partsOf(text)
    const last = rest.pop()
    this.first = regExpOf(last === undefined ? `^(?:${first})$` : `^(?:${first})`, 'y')
    this.middle = rest.map((part) => regExpOf(part, 'g'))
    this.last = last === undefined ? undefined : regExpOf(`(?:${last})$`, 'g')
  }

  matches(text: string): boolean {
    const { first, middle, last } = this
    if (last === undefined) return endOf(first, text, 0) >= 0
    if (lineEnd.test(text)) return false
    let at = endOf(first, text, 0)
    for (let i = 0; i < middle.length && at >= 0; i++) at = endOf(middle[i] as RegExp, text, at)
    return at >= 0 && endOf(last, text, at) >= 0
  }
}

/** What `.` does not match. */
const lineEnd = /[\n\r\u0085\u2028\u2029]/

/** Where the earliest match from `at` on ends; −1: there is none. */
function endOf(part: RegExp, text: string, at: number): number {
  part.lastIndex = at
  return part.test(text) ? part.lastIndex : -1
}

/** The text between every `.*` that stands in no class and in no group. */
function partsOf(pattern: string): string[] {
  const parts: string[] = []
  let from = 0
  let depth = 0
  for (const { 0: token, index } of pattern.matchAll(/\\.|\[(?:\\.|[^\]])*\]|[()]|\.\*/g)) {
    if (token === '(') depth++
    else if (token === ')') depth--
    else if (token === '.*' && depth === 0) {
      parts.push(pattern.slice(from, index))
      from = index + token.length
    }
  }
  return [...parts, pattern.slice(from)]
}

/** Java reads `\p{L}` without a flag; what JavaScript's `u` flag refuses does without it. */
function regExpOf(part: string, flag: 'g' | 'y'): RegExp {
  try {
    return new RegExp(part, `u${flag}`)
  } catch {
    return new RegExp(part, flag)
  }
}
