import type { BlobNode, ListNode, MapNode, NumberNode, ShapeNode, StringNode } from '../shape/shape-node.js'

/**
 * No pattern of a model needs a longer text, and what a backtracking pattern costs is bounded by it. A longer text has
 * broken its maximum length; where the shape has none, it breaks the pattern.
 */
const patternCharactersMax = 2048

/** Where AWS's order of the values is known and differs from the model's. */
const enumOrders: Readonly<Record<string, readonly string[]>> = {
  ShardIteratorType: ['AFTER_SEQUENCE_NUMBER', 'LATEST', 'AT_TIMESTAMP', 'AT_SEQUENCE_NUMBER', 'TRIM_HORIZON'],
  StreamMode: ['ON_DEMAND', 'PROVISIONED'],
  EncryptionType: ['KMS', 'NONE'],
  MetricsName: [
    ...['ALL', 'IteratorAgeMilliseconds', 'IncomingBytes', 'WriteProvisionedThroughputExceeded', 'OutgoingRecords'],
    ...['ReadProvisionedThroughputExceeded', 'IncomingRecords', 'OutgoingBytes'],
  ],
}

/** The constraints of its shape that a value breaks, as AWS words them. */
export function brokenConstraints(value: unknown, shape: ShapeNode): string[] {
  switch (shape.type) {
    case 'string':
      return brokenByString(value as string, shape)
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return brokenByNumber(value as number, shape)
    case 'blob':
      return brokenByLength((value as Uint8Array).length, shape)
    case 'list':
      return [...brokenByLength((value as unknown[]).length, shape), ...brokenByElements(value as unknown[], shape)]
    case 'map':
      return brokenByMap(value as Record<string, unknown>, shape)
    default:
      return []
  }
}

function brokenByString(value: string, shape: StringNode): string[] {
  const broken = brokenByLength(value.length, shape)
  if (shape.pattern && breaksPattern(value, shape)) broken.unshift(patternText(shape.pattern.text))
  if (shape.enum && !shape.enum.includes(value)) broken.unshift(enumText(shape))
  return broken
}

function breaksPattern(value: string, shape: StringNode): boolean {
  if (value.length > patternCharactersMax) return shape.max === undefined
  return shape.pattern?.matches(value) === false
}

function brokenByNumber(value: number, { min, max }: NumberNode): string[] {
  if (min !== undefined && value < min) return [`Member must have value greater than or equal to ${min}`]
  if (max !== undefined && value > max) return [`Member must have value less than or equal to ${max}`]
  return []
}

function brokenByLength(length: number, { min, max }: StringNode | BlobNode | ListNode | MapNode): string[] {
  if (min !== undefined && length < min) return [minText(min)]
  if (max !== undefined && length > max) return [maxText(max)]
  return []
}

/** Elements of a list of strings are not reported one by one: all constraints of an element are named once, for the list. */
function brokenByElements(value: readonly unknown[], { member }: ListNode): string[] {
  if (member.type !== 'string' || value.every((element) => holds(element, member))) return []
  return [`Member must satisfy constraint: ${allConstraints(member)}`]
}

function brokenByMap(value: Record<string, unknown>, shape: MapNode): string[] {
  const entries = Object.entries(value)
  const broken = brokenByLength(entries.length, shape)
  if (!entries.every(([key]) => holds(key, shape.key))) {
    broken.push(`Map keys must satisfy constraint: ${allConstraints(shape.key)}`)
  }
  const { value: entryShape } = shape
  if (entryShape.type === 'string' && !entries.every(([, entry]) => holds(entry, entryShape))) {
    broken.push(`Map value must satisfy constraint: ${allConstraints(entryShape)}`)
  }
  return broken
}

/** A null element breaks the constraint that every element has without being written in the model. */
function holds(value: unknown, shape: StringNode): boolean {
  return value !== undefined && brokenByString(value as string, shape).length === 0
}

function allConstraints(shape: StringNode): string {
  const all: string[] = []
  if (shape.max !== undefined) all.push(maxText(shape.max))
  if (shape.min !== undefined) all.push(minText(shape.min))
  if (shape.pattern) all.push(patternText(shape.pattern.text))
  if (shape.enum) all.push(enumText(shape))
  return `[${all.join(', ')}]`
}

function minText(min: number): string {
  return `Member must have length greater than or equal to ${min}`
}

function maxText(max: number): string {
  return `Member must have length less than or equal to ${max}`
}

function patternText(pattern: string): string {
  return `Member must satisfy regular expression pattern: ${pattern}`
}

function enumText(shape: StringNode): string {
  return `Member must satisfy enum value set: [${(enumOrders[shape.name] ?? shape.enum ?? []).join(', ')}]`
}
