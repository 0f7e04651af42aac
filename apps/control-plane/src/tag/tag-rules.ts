/** What has tags, as the request named it: a stream by its name, or a resource by its ARN. */
export interface Tagged {
  readonly kind?: 'stream' | 'resource'
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
  tagged: Tagged,
  { count, max }: { readonly count: number; readonly max: number },
): string | undefined {
  const failed = failure('add tags to', tagged)
  const all = [...tags]
  const problem = characterProblem(all.flat(), failed) ?? systemTagProblem(all.map(([key]) => key))
  if (problem !== undefined || count <= max) return problem
  return `${failed} a given ${tagged.kind ?? 'stream'} cannot have more than ${max} tags associated with it.`
}

/** What AWS has against removing tags. That there are none with the keys is nothing. */
export function tagKeyProblem(keys: readonly string[], tagged: Tagged): string | undefined {
  return characterProblem(keys, failure('remove tags from', tagged))
}

function systemTagProblem(keys: readonly string[]): string | undefined {
  const isSystem = keys.some((key) => key.startsWith('aws:'))
  return isSystem ? "Some tag keys in the request started with 'aws:'. System tags cannot be modified." : undefined
}

function failure(attempt: string, { kind = 'stream', name, account }: Tagged): string {
  return `Failed to ${attempt} ${kind} ${name} under account ${account} because`
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
