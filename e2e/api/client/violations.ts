import { type Expected, violation } from './expect.js'

export const long = (length: number) => 'a'.repeat(length)
export const quoted = (text: string | number) => `'${text}'`
export const isNull = (member: string) => violation(member, 'null', 'not be null')
export const atLeast = (member: string, value: number, min: number) =>
  violation(member, quoted(value), `have value greater than or equal to ${min}`)
export const atMost = (member: string, value: number, max: number) =>
  violation(member, quoted(value), `have value less than or equal to ${max}`)
export const shorter = (member: string, value: string, max: number) =>
  violation(member, value, `have length less than or equal to ${max}`)
export const empty = (member: string, value = "''") => violation(member, value, 'have length greater than or equal to 1')
export const pattern = (member: string, value: string, regex: string) =>
  violation(member, quoted(value), `satisfy regular expression pattern: ${regex}`)
export const name = '[a-zA-Z0-9_.-]+'
/** An empty name breaks two constraints. */
export const emptyName = (member: string) => [pattern(member, '', name), empty(member)]
export const numeral = (member: string, value: string, digits: number) =>
  pattern(member, value, String.raw`^(0|([1-9]\d{0,${digits}}))$`)
export const streamArn = (value: string) => pattern('streamARN', value, String.raw`arn:aws.*:kinesis:.*:\d{12}:stream/\S+`)
export const streamId = (value: string) => pattern('streamId', value, '[a-z0-9]{20}-[a-z0-9]{3}')
export const oneOf = (member: string, value: string, orders: readonly string[]) =>
  orders.map((order) => violation(member, quoted(value), `satisfy enum value set: [${order}]`))
export const iteratorTypes = ['AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON']
export const mapKeys = (value: string) =>
  `Value '${value}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]`
export const mapValues = (value: string) =>
  `Value '${value}' at 'tags' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 0]`
export const heap = (bytes: number) => quoted(`java.nio.HeapByteBuffer[pos=0 lim=${bytes} cap=${bytes}]`)

export type Case = readonly [title: string, input: unknown, violations: readonly Expected[]]

/** The members by which all operations name a stream. That there is none of them is no violation of the model. */
export const stream: readonly Case[] = [
  ['an empty name', { StreamName: '' }, emptyName('streamName')],
  ['a long name', { StreamName: long(129) }, [shorter('streamName', quoted(long(129)), 128)]],
  ['a name with a blank', { StreamName: 'a b' }, [pattern('streamName', 'a b', name)]],
  [
    'an ARN for a name',
    { StreamName: 'arn:aws:kinesis:us-east-1:000000000000:stream/a' },
    [pattern('streamName', 'arn:aws:kinesis:us-east-1:000000000000:stream/a', name)],
  ],
  ['an ARN that is none', { StreamARN: 'x' }, [streamArn('x')]],
  [
    'an ARN of another service',
    { StreamARN: 'arn:aws:dynamodb:us-east-1:000000000000:stream/a' },
    [streamArn('arn:aws:dynamodb:us-east-1:000000000000:stream/a')],
  ],
  [
    'an ARN with a short account',
    { StreamARN: 'arn:aws:kinesis:us-east-1:1:stream/a' },
    [streamArn('arn:aws:kinesis:us-east-1:1:stream/a')],
  ],
  ['a bad stream id', { StreamName: 'a', StreamId: 'x' }, [streamId('x')]],
  ['a bad name and a bad ARN', { StreamName: 'a b', StreamARN: 'x' }, [pattern('streamName', 'a b', name), streamArn('x')]],
]

/** The same where an operation requires more than its stream. */
export const streamBeside = (required: Readonly<Record<string, unknown>>): readonly Case[] =>
  stream.map(([title, input, violations]) => [title, { ...required, ...(input as object) }, violations])
