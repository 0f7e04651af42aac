import type { ShapeNode, StructureNode } from '../../shape/shape-node.js'

/** Where a result's members begin within the answer's envelope. */
const depthOfMembers = 2
const foreign = /[&<>"\r]|[^\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu
const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#xD;' }

/** The members of a structure as XML elements, a line each, as deep as they stand in an answer. */
export function encodeXml(value: unknown, shape: ShapeNode): Buffer {
  return Buffer.from(shape.type === 'structure' ? membersXml(value as Record<string, unknown>, shape, depthOfMembers) : '')
}

export function encodeXmlTexts(texts: Readonly<Record<string, string>>): Buffer {
  return Buffer.from(
    Object.entries(texts)
      .map(([name, text]) => element(name, escaped(text), depthOfMembers))
      .join(''),
  )
}

function membersXml(value: Record<string, unknown>, shape: StructureNode, depth: number): string {
  return shape.members.map(({ name, shape: member }) => valueXml(name, value[name], member, depth)).join('')
}

function valueXml(name: string, value: unknown, shape: ShapeNode, depth: number): string {
  if (value === undefined || value === null) return ''
  switch (shape.type) {
    case 'structure':
      return container(name, membersXml(value as Record<string, unknown>, shape, depth + 1), depth)
    case 'list': {
      const elements = (value as readonly unknown[]).map((entry) => valueXml('member', entry, shape.member, depth + 1))
      return container(name, elements.join(''), depth)
    }
    case 'map': {
      const entries = Object.entries(value as Record<string, unknown>).map(([key, entry]) =>
        container('entry', element('key', escaped(key), depth + 2) + valueXml('value', entry, shape.value, depth + 2), depth + 1),
      )
      return container(name, entries.join(''), depth)
    }
    case 'blob':
      return element(name, Buffer.from(value as Uint8Array).toString('base64'), depth)
    case 'timestamp':
      return element(name, (value as Date).toISOString().replace('.000Z', 'Z'), depth)
    default:
      return element(name, escaped(String(value)), depth)
  }
}

function element(name: string, text: string, depth: number): string {
  return `${'  '.repeat(depth)}<${name}>${text}</${name}>\n`
}

function container(name: string, inner: string, depth: number): string {
  const indent = '  '.repeat(depth)
  return inner === '' ? `${indent}<${name}/>\n` : `${indent}<${name}>\n${inner}${indent}</${name}>\n`
}

/** A character that XML cannot carry in any form becomes U+FFFD. */
function escaped(text: string): string {
  return text.replace(foreign, (character) => escapes[character] ?? '\ufffd')
}
