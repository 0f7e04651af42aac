import type { MapNode, ShapeNode, StructureNode } from '../shape/shape-node.js'

/** Characters of a value that a violation shows at most: AWS shows all, but a body made to hurt must not make a larger answer. */
const shownCharactersMax = 262_144

/** A value as AWS's Java shows it in a violation, with its quotes; `null` has none. */
export function shownValue(value: unknown, shape: ShapeNode, javaPackage: string): string {
  if (value === undefined) return 'null'
  const text = javaText(value, shape, javaPackage)
  return `'${text.length <= shownCharactersMax ? text : `${text.slice(0, shownCharactersMax)}...`}'`
}

function javaText(value: unknown, shape: ShapeNode, javaPackage: string): string {
  if (value === undefined) return 'null'
  switch (shape.type) {
    case 'blob': {
      const { length } = value as Uint8Array
      return `java.nio.HeapByteBuffer[pos=0 lim=${length} cap=${length}]`
    }
    case 'list':
      return `[${joined(value as readonly unknown[], (element) => javaText(element, shape.member, javaPackage))}]`
    case 'map':
      return mapText(value as Record<string, unknown>, shape, javaPackage)
    case 'structure':
      return `${javaPackage}.${shape.name}@${javaHash(value, shape, javaPackage).toString(16)}`
    case 'timestamp':
      return (value as Date).toISOString()
    default:
      return String(value)
  }
}

function mapText(value: Record<string, unknown>, shape: MapNode, javaPackage: string): string {
  return `{${joined(Object.entries(value), ([key, entry]) => `${key}=${javaText(entry, shape.value, javaPackage)}`)}}`
}

/** Joins with `, ` and stops where no more would be shown. */
function joined<T>(elements: readonly T[], textOf: (element: T) => string): string {
  let text = ''
  for (let i = 0; i < elements.length && text.length <= shownCharactersMax; i++) {
    text += (i === 0 ? '' : ', ') + textOf(elements[i] as T)
  }
  return text
}

/** `hashCode()` of AWS's generated classes: over the class's name and its members in alphabetical order. Unsigned. */
function javaHash(value: unknown, shape: ShapeNode, javaPackage: string): number {
  if (value === undefined) return 0
  switch (shape.type) {
    case 'string':
      return stringHash(value as string)
    case 'blob':
      return bytesHash(value as Uint8Array)
    case 'boolean':
      return value === true ? 1231 : 1237
    case 'list':
      return hashOfAll((value as readonly unknown[]).map((element) => javaHash(element, shape.member, javaPackage)))
    case 'structure':
      return structureHash(value as Record<string, unknown>, shape, javaPackage)
    default:
      return Number(value) >>> 0
  }
}

function structureHash(value: Record<string, unknown>, shape: StructureNode, javaPackage: string): number {
  const members = [...shape.members].sort((a, b) => (a.name < b.name ? -1 : 1))
  const hashes = members.map((member) => javaHash(value[member.name], member.shape, javaPackage))
  return hashOfAll([hashOfAll([stringHash(`${javaPackage}.${shape.name}`)]), ...hashes])
}

function hashOfAll(hashes: readonly number[]): number {
  return hashes.reduce((hash, next) => (Math.imul(31, hash) + next) >>> 0, 1)
}

function stringHash(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0
  return hash >>> 0
}

/** A ByteBuffer hashes its signed bytes from the last to the first. */
function bytesHash(bytes: Uint8Array): number {
  let hash = 1
  for (let i = bytes.length - 1; i >= 0; i--) hash = (Math.imul(31, hash) + (((bytes[i] ?? 0) << 24) >> 24)) | 0
  return hash >>> 0
}
