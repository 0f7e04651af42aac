import type { ServiceModel, Shape, StructureShape } from '../model.js'

const lineWidth = 130
const primitives: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  boolean: 'boolean',
  blob: 'Uint8Array',
  timestamp: 'Date',
}

/**
 * The TypeScript types of an API's inputs and outputs, formatted as the linter wants it: an interface for each structure, a union
 * for each enum, all else in place. Required members are required here too: an input has been validated before a handler sees it.
 */
export function typescriptOf(model: ServiceModel, serviceName: string): string {
  const named = [...reachable(model)].sort().map((name) => declarationOf(model, name))
  const operations = Object.entries(model.operations).map(([name, { input, output }]) => operationOf(name, input, output))
  return [
    '/** Generated from the model by `npm run generate`. */',
    '',
    `/** Input and output of every operation; no output: an empty answer. */`,
    `export interface ${serviceName}Operations {`,
    ...operations,
    '}',
    ...named.flatMap((text) => ['', text]),
    '',
  ].join('\n')
}

function operationOf(name: string, input = 'undefined', output = 'undefined'): string {
  const line = `  ${name}: { input: ${input}; output: ${output} }`
  return line.length <= lineWidth ? line : `  ${name}: {\n    input: ${input}\n    output: ${output}\n  }`
}

/** Structures and enums that an input or output leads to. */
function reachable(model: ServiceModel): Set<string> {
  const seen = new Set<string>()
  const pending = Object.values(model.operations).flatMap(({ input, output }) =>
    [input, output].filter((name) => name !== undefined),
  )
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (seen.has(name)) continue
    seen.add(name)
    pending.push(...references(shapeOf(model, name)))
  }
  return new Set([...seen].filter((name) => isNamed(shapeOf(model, name))))
}

function references(shape: Shape): string[] {
  if (shape.type === 'structure') return Object.values(shape.members).map((member) => member.shape)
  if (shape.type === 'list') return [shape.member.shape]
  if (shape.type === 'map') return [shape.key.shape, shape.value.shape]
  return []
}

function isNamed(shape: Shape): boolean {
  return shape.type === 'structure' || (shape.type === 'string' && shape.enum !== undefined)
}

function declarationOf(model: ServiceModel, name: string): string {
  const shape = shapeOf(model, name)
  if (shape.type === 'structure') return interfaceOf(model, name, shape)
  return unionOf(name, shape.type === 'string' ? (shape.enum ?? []) : [])
}

function interfaceOf(model: ServiceModel, name: string, shape: StructureShape): string {
  const members = Object.entries(shape.members).map(([member, { shape: type }]) => {
    const mark = shape.required?.includes(member) ? '' : '?'
    return `  readonly ${member}${mark}: ${typeOf(model, type)}`
  })
  return members.length === 0
    ? `export type ${name} = { readonly [member: string]: never }`
    : `export interface ${name} {\n${members.join('\n')}\n}`
}

function unionOf(name: string, values: readonly string[]): string {
  const literals = values.map((value) => `'${value}'`)
  const line = `export type ${name} = ${literals.join(' | ')}`
  return line.length <= lineWidth ? line : `export type ${name} =\n${literals.map((literal) => `  | ${literal}`).join('\n')}`
}

function typeOf(model: ServiceModel, name: string): string {
  const shape = shapeOf(model, name)
  if (isNamed(shape)) return name
  if (shape.type === 'list') return `readonly ${typeOf(model, shape.member.shape)}[]`
  if (shape.type === 'map') return `{ readonly [key: string]: ${typeOf(model, shape.value.shape)} }`
  return primitives[shape.type] ?? 'unknown'
}

function shapeOf(model: ServiceModel, name: string): Shape {
  const shape = model.shapes[name]
  if (!shape) throw new Error(`the model has no shape ${name}`)
  return shape
}
