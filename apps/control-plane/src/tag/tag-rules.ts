import type { StreamAddress } from '@millrace/model'

/** AWS checks twice, and its two texts differ: the first lets `%` and `:` pass, the second does not name all that the first allows. */
const notInTags = /[^\u00c0-\u1fff\u2c00-\ud7ff\w./=+\-%@ :]/

/**
 * What AWS has against the tags, beyond what the model checks. `count`: how many tags the resource would have with them, of the
 * `max` that it may have. Undefined: nothing.
 */
export function tagProblem(
  tags: Iterable<readonly [key: string, value: string]>,
  stream: Pick<StreamAddress, 'name' | 'account'>,
  { count, max }: { readonly count: number; readonly max: number },
): string | undefined {
  const texts = [...tags].flat()
  if (texts.some((text) => notInTags.test(text))) {
    return 'Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @.'
  }
  const failed = `Failed to add tags to stream ${stream.name} under account ${stream.account} because`
  if (texts.some((text) => text.includes('%'))) {
    return `${failed} some tags contained illegal characters. The allowed characters are Unicode letters, white-spaces, '_',',','/','=','+','-','@'.`
  }
  if (count > max) {
    return `${failed} a given stream cannot have more than ${max} tags associated with it.`
  }
  return undefined
}
