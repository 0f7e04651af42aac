import type { ShapeNode, StructureNode } from '../../shape/shape-node.js'
import * as cbor from './heads.js'
import { CborWriter } from './writer.js'

const indefiniteMap = 0xbf
const epochTag = 1

/**
 * A value of the shape as CBOR in AWS's dialect: structures are maps of indefinite length, absent members left out, timestamps are
 * tag 1 with whole milliseconds.
 */
export function encodeCbor(value: unknown, shape: ShapeNode): Buffer {
  const writer = new CborWriter()
  writeValue(value, shape, writer)
  return writer.written()
}

export function encodeCborTexts(texts: Readonly<Record<string, string>>): Buffer {
  const writer = new CborWriter()
  writer.byte(indefiniteMap)
  for (const [key, text] of Object.entries(texts)) {
    writer.text(key)
    writer.text(text)
  }
  writer.byte(cbor.breakByte)
  return writer.written()
}

function writeValue(value: unknown, shape: ShapeNode, writer: CborWriter): void {
  switch (shape.type) {
    case 'structure':
      return writeStructure(value as Record<string, unknown>, shape, writer)
    case 'list': {
      const elements = value as readonly unknown[]
      writer.head(cbor.array, elements.length)
      for (const element of elements) writeValue(element, shape.member, writer)
      return
    }
    case 'map':
      return writeMap(value as Record<string, unknown>, shape.value, writer)
    case 'string':
      return writer.text(value as string)
    case 'blob':
      return writer.bytes(value as Uint8Array)
    case 'boolean':
      return writer.byte(value === true ? cbor.trueByte : cbor.falseByte)
    case 'timestamp':
      writer.head(cbor.tag, epochTag)
      return writer.integer((value as Date).getTime())
    default:
      return Number.isSafeInteger(value) ? writer.integer(value as number) : writer.double(value as number)
  }
}

function writeStructure(value: Record<string, unknown>, shape: StructureNode, writer: CborWriter): void {
  writer.byte(indefiniteMap)
  for (const member of shape.members) {
    const entry = value[member.name]
    if (entry === undefined || entry === null) continue
    writer.text(member.name)
    writeValue(entry, member.shape, writer)
  }
  writer.byte(cbor.breakByte)
}

function writeMap(value: Record<string, unknown>, shape: ShapeNode, writer: CborWriter): void {
  writer.byte(indefiniteMap)
  for (const [key, entry] of Object.entries(value)) {
    writer.text(key)
    writeValue(entry, shape, writer)
  }
  writer.byte(cbor.breakByte)
}
