import type { SeededRandom } from './random.js'

/** A put as plain members, valid or close to it. */
export type PutInput = Record<string, unknown>

const oddTexts = [
  '',
  'é',
  '日本',
  '😀',
  '"',
  '\\',
  '/',
  '\u0000',
  '\n',
  '\u007f',
  'a'.repeat(256),
  '😀'.repeat(128),
  '😀'.repeat(129),
  'a'.repeat(257),
]
const streamNames = ['s', 'my-stream_1.x', 'a'.repeat(128), 'a'.repeat(129), 'with blank', 'é', '']
const arns = [
  'arn:aws:kinesis:us-east-1:000000000000:stream/s',
  'arn:aws-cn:kinesis:cn-north-1:000000000000:stream/a b',
  'arn:aws:kinesis:us-east-1:00:stream/s',
  'no arn',
]
const numbers = ['0', '1', '340282366920938463463374607431768211455', '9'.repeat(39), '9'.repeat(40), '01', '-1', '', '1x']
const ordering = ['0', '49590338271490256608559692538361571095921575989136588898', '9'.repeat(130), '0x1']
const sizes = [0, 1, 2, 3, 4, 30, 119, 120, 121, 122, 200, 1000, 7000]

/** `oddity`: how many in a hundred choices are unusual; at 0 all is what clients send. */
export function putRecordsInput(random: SeededRandom, oddity: number): PutInput {
  const Records = Array.from({ length: 1 + random.below(random.chance(oddity) ? 600 : 6) }, () => entry(random, oddity))
  return { Records: random.chance(oddity / 4) ? [] : Records, ...streamMembers(random, oddity) }
}

export function putRecordInput(random: SeededRandom, oddity: number): PutInput {
  const after = random.chance(20) ? { SequenceNumberForOrdering: usual(random, ordering.slice(0, 2), ordering, oddity) } : {}
  return { ...entry(random, oddity), ...after, ...streamMembers(random, oddity) }
}

function entry(random: SeededRandom, oddity: number): PutInput {
  const members = membersOf({ Data: random.bytes(random.pick(sizes)), PartitionKey: partitionKey(random, oddity) })
  if (random.chance(20)) members.ExplicitHashKey = usual(random, numbers.slice(0, 3), numbers, oddity)
  if (random.chance(oddity)) delete members[random.pick(Object.keys(members))]
  if (random.chance(oddity)) members[random.pick(['Data', 'PartitionKey', 'ExplicitHashKey', '__proto__', 'Other'])] = odd(random)
  return members
}

function streamMembers(random: SeededRandom, oddity: number): PutInput {
  const members = membersOf({})
  if (random.chance(80)) members.StreamName = usual(random, streamNames.slice(0, 3), streamNames, oddity)
  const isNameless = members.StreamName === undefined && !random.chance(oddity)
  if (isNameless || random.chance(30)) members.StreamARN = usual(random, arns.slice(0, 1), arns, oddity)
  if (random.chance(10)) members.DryRun = random.chance(50)
  if (random.chance(oddity)) members.StreamId = random.pick(['abcdefghij0123456789-abc', 'x'])
  if (random.chance(oddity)) members[random.pick(['StreamName', 'DryRun', 'Unknown'])] = odd(random)
  return members
}

/** Without a prototype, so that `__proto__` is a name like any other. */
function membersOf(members: PutInput): PutInput {
  return Object.assign(Object.create(null), members)
}

function partitionKey(random: SeededRandom, oddity: number): string {
  if (random.chance(oddity)) return random.pick(oddTexts)
  return random.pick(['k', `key-${random.below(1e6)}`, 'ключ', random.bytes(8).toString('hex')])
}

function usual<T>(random: SeededRandom, usuals: readonly T[], all: readonly T[], oddity: number): T {
  return random.pick(random.chance(oddity) ? all : usuals)
}

function odd(random: SeededRandom): unknown {
  return random.pick([null, true, 1, -1.5, 'text', 'AAAA', 'AA=', [], {}, [1], { Data: '' }, Buffer.from('x')])
}
