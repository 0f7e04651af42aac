import type { PutInput } from './put-input.js'
import type { SeededRandom } from './random.js'

/** Writes a put as JSON in one of the many ways to write it: members in any order, blanks, and, where `oddity` says so, escapes. */
export function jsonBody(input: PutInput, random: SeededRandom, oddity: number): Buffer {
  const blank = random.pick(['', '', ' ', '\n  ', '\t\r\n'])
  return Buffer.from(blank + valueText(input, random, oddity, blank) + blank)
}

function valueText(value: unknown, random: SeededRandom, oddity: number, blank: string): string {
  if (Buffer.isBuffer(value)) return stringText(base64(value, random, oddity), random, oddity)
  if (typeof value === 'string') return stringText(value, random, oddity)
  if (Array.isArray(value)) {
    return `[${value.map((element) => blank + valueText(element, random, oddity, blank)).join(',')}${blank}]`
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const members = random.shuffled(Object.entries(value)).map(([name, member]) => {
    return `${blank}${stringText(name, random, oddity / 4)}${blank}:${blank}${valueText(member, random, oddity, blank)}`
  })
  if (members.length > 0 && random.chance(oddity / 4)) members.push(random.pick(members))
  return `{${members.join(',')}${blank}}`
}

function stringText(text: string, random: SeededRandom, oddity: number): string {
  const plain = JSON.stringify(text)
  if (!random.chance(oddity)) return plain
  if (random.chance(50)) return plain.replaceAll('/', '\\/')
  return plain.replace(/[a-zA-Z]/, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`)
}

/** What Node decodes but AWS refuses is the trap. */
function base64(bytes: Buffer, random: SeededRandom, oddity: number): string {
  const text = bytes.toString('base64')
  if (!random.chance(oddity)) return text
  return random.pick([
    bytes.toString('base64url'),
    text.replace(/=+$/, ''),
    text.replaceAll('+', '-').replaceAll('/', '_'),
    ` ${text}`,
    `${text.slice(0, 4)}\n${text.slice(4)}`,
    text.replace(/.(==?)$/, 'B$1'),
    `${text}====`,
    text.replace(/^.{4}/, 'AA=='),
    text.replace(/./, '*'),
  ])
}
