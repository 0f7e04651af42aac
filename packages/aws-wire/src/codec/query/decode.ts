import type { ListNode, MapNode, ShapeNode, StructureNode } from '../../shape/shape-node.js'
import { base64Decoded } from '../base64.js'
import { type Decoded, TypeMismatch } from '../codec.js'
import { numberOf } from '../scalars.js'
import { type FormNode, formTree } from './form-tree.js'

/**
 * Reads a form as a value of the shape: `Name.Member` for structures, `Name.member.1` for lists, `Name.entry.1.key` and
 * `Name.entry.1.value` for maps. An empty list is written as `Name=`.
 */
export function decodeForm(bytes: Buffer, shape: StructureNode): Decoded {
  const tree = formTree(bytes)
  if (!tree) return { ok: false, message: undefined }
  try {
    return { ok: true, value: structure(tree, shape) }
  } catch (error) {
    if (error instanceof TypeMismatch) return { ok: false, message: error.text }
    throw error
  }
}

function memberOf(node: FormNode, shape: ShapeNode): unknown {
  switch (shape.type) {
    case 'structure':
      return structure(node, shape)
    case 'list':
      return list(node, shape)
    case 'map':
      return map(node, shape)
    default:
      return node.value === undefined ? undefined : scalar(node.value, shape)
  }
}

function structure({ steps }: FormNode, shape: StructureNode): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  for (const member of shape.members) {
    const node = steps.get(member.name)
    const entry = node && memberOf(node, member.shape)
    if (entry !== undefined) value[member.name] = entry
  }
  return value
}

function list(node: FormNode, { member }: ListNode): unknown[] {
  return numbered(node.steps.get('member')).map((element) => memberOf(element, member))
}

/** Without a prototype, so that every key is a key like any other. */
function map(node: FormNode, shape: MapNode): Record<string, unknown> {
  const value: Record<string, unknown> = Object.create(null)
  for (const { steps } of numbered(node.steps.get('entry'))) {
    const key = steps.get('key')?.value
    const entry = steps.get('value')
    if (key === undefined) throw new TypeMismatch(undefined)
    value[key] = entry && memberOf(entry, shape.value)
  }
  return value
}

/** In the order of their numbers, which may have gaps. */
function numbered(node: FormNode | undefined): FormNode[] {
  const elements = [...(node?.steps ?? [])].map(([step, element]) => {
    if (!/^\d{1,9}$/.test(step)) throw new TypeMismatch(undefined)
    return [Number(step), element] as const
  })
  return elements.sort(([a], [b]) => a - b).map(([, element]) => element)
}

const booleans: Readonly<Record<string, boolean>> = { true: true, false: false }

function scalar(text: string, shape: Exclude<ShapeNode, StructureNode | ListNode | MapNode>): unknown {
  switch (shape.type) {
    case 'string':
      return text
    case 'blob':
      return base64Decoded(text)
    case 'boolean':
      return required(booleans[text.toLowerCase()])
    case 'timestamp': {
      const ms = Date.parse(text)
      return required(Number.isNaN(ms) ? undefined : new Date(ms))
    }
    default:
      return numberOf(required(/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined), shape)
  }
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeMismatch(undefined)
  return value
}
