import { limits, type RequestError, type StreamAddress } from '@millrace/model'

/** What AWS says of these, it says of the whole request. The two checks and their texts differ on AWS too. */
const outsideTags = /[^\u00c0-\u1fff\u2c00-\ud7ff\w./=+\-%@ :]/

/** The refusal of tags that AWS refuses, beyond what the model checks. `existing`: how many the resource has already. */
export function tagProblem(
  tags: Iterable<readonly [string, string]>,
  stream: StreamAddress,
  count: number,
): RequestError | undefined {
  const texts = [...tags].flat()
  if (texts.some((text) => outsideTags.test(text))) {
    return invalid(
      'Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @.',
    )
  }
  const failed = `Failed to add tags to stream ${stream.name} under account ${stream.account} because`
  if (texts.some((text) => text.includes('%'))) {
    return invalid(
      `${failed} some tags contained illegal characters. The allowed characters are Unicode letters, white-spaces, '_',',','/','=','+','-','@'.`,
    )
  }
  if (count > limits.tagsPerResourceMax) {
    return invalid(`${failed} a given stream cannot have more than ${limits.tagsPerResourceMax} tags associated with it.`)
  }
  return undefined
}

function invalid(message: string): RequestError {
  return { kind: 'InvalidArgument', message }
}
