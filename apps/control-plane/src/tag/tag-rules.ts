interface Stream {
  readonly name: string
  readonly account: string
}

/** AWS checks twice, and its two texts differ: the first lets `%` and `:` pass, the second does not name all that the first allows. */
const notInTags = /[^\u00c0-\u1fff\u2c00-\ud7ff\w./=+\-%@ :]/

/**
 * What AWS has against adding the tags, beyond what the model checks. `count`: how many tags the resource would have with them, of
 * the `max` that it may have. Undefined: nothing.
 */
export function tagProblem(
  tags: Iterable<readonly [key: string, value: string]>,
  stream: Stream,
  { count, max }: { readonly count: number; readonly max: number },
): string | undefined {
  const failed = failure('add tags to', stream)
  const problem = characterProblem([...tags].flat(), failed)
  if (problem !== undefined || count <= max) return problem
  return `${failed} a given stream cannot have more than ${max} tags associated with it.`
}

/** What AWS has against removing tags. That there are none with the keys is nothing. */
export function tagKeyProblem(keys: readonly string[], stream: Stream): string | undefined {
  return characterProblem(keys, failure('remove tags from', stream))
}

function failure(attempt: string, { name, account }: Stream): string {
  return `Failed to ${attempt} stream ${name} under account ${account} because`
}

function characterProblem(texts: readonly string[], failed: string): string | undefined {
  if (texts.some((text) => notInTags.test(text))) {
    return 'Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @.'
  }
  if (texts.some((text) => text.includes('%'))) {
    return `${failed} some tags contained illegal characters. The allowed characters are Unicode letters, white-spaces, '_',',','/','=','+','-','@'.`
  }
  return undefined
}
