import type { ShapeNode, StructureNode } from '../../shape/shape-node.js'

/** A value of the shape as JSON: absent members left out, blobs in base64, timestamps in seconds with milliseconds as fraction. */
export function encodeJson(value: unknown, shape: ShapeNode): Buffer {
  return Buffer.from(JSON.stringify(jsonValue(value, shape)))
}

function jsonValue(value: unknown, shape: ShapeNode): unknown {
  if (value === undefined || value === null) return undefined
  switch (shape.type) {
    case 'structure':
      return jsonStructure(value as Record<string, unknown>, shape)
    case 'list':
      return (value as readonly unknown[]).map((element) => jsonValue(element, shape.member))
    case 'map':
      return jsonMap(value as Record<string, unknown>, shape.value)
    case 'blob':
      return base64Of(value as Uint8Array)
    case 'timestamp':
      return (value as Date).getTime() / 1000
    default:
      return value
  }
}

function jsonStructure(value: Record<string, unknown>, shape: StructureNode): Record<string, unknown> {
  const json: Record<string, unknown> = {}
  for (const { name, shape: member } of shape.members) {
    const entry = jsonValue(value[name], member)
    if (entry !== undefined) json[name] = entry
  }
  return json
}

function jsonMap(value: Record<string, unknown>, shape: ShapeNode): Record<string, unknown> {
  const json: Record<string, unknown> = Object.create(null)
  for (const [key, entry] of Object.entries(value)) json[key] = jsonValue(entry, shape)
  return json
}

function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
