import type { ListNode, MapNode, ShapeNode, StructureNode } from '../../shape/shape-node.js'
import { base64Decoded } from '../base64.js'
import { type Decoded, setMember, TypeMismatch } from '../codec.js'
import { booleanOf, dateOf, numberOf } from '../scalars.js'
import * as texts from '../type-texts.js'
import { blanksEnd, stringEnd } from './well-formed.js'

const quote = 0x22
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

/** Reads a well-formed JSON text (`isWellFormedJson`) as a value of the shape; trusts its form and checks its types. */
export function decodeJson(bytes: Buffer, shape: StructureNode): Decoded {
  try {
    return { ok: true, value: (new JsonReader(bytes).value(shape) as Record<string, unknown> | undefined) ?? {} }
  } catch (error) {
    if (error instanceof TypeMismatch) return { ok: false, message: error.text }
    throw error
  }
}

class JsonReader {
  private at = 0
  constructor(private readonly bytes: Buffer) {}

  /** Undefined for null. */
  value(shape: ShapeNode): unknown {
    if (this.next() === 0x6e) return this.pass(4, undefined)
    switch (shape.type) {
      case 'structure':
        return this.structure(shape)
      case 'list':
        return this.list(shape)
      case 'map':
        return this.map(shape)
      default:
        return this.scalar(shape)
    }
  }

  private structure(shape: StructureNode): Record<string, unknown> {
    this.expect(openBrace, texts.expectedStructure)
    const value: Record<string, unknown> = {}
    while (this.nextMember()) {
      const member = shape.byName.get(this.memberName())
      if (!member) this.skip()
      else setMember(value, member.name, this.value(member.shape))
    }
    return value
  }

  private list(shape: ListNode): unknown[] {
    this.expect(openBracket, texts.expectedList)
    const value: unknown[] = []
    for (this.at++; this.next() !== closeBracket; this.passComma()) value.push(this.value(shape.member))
    this.at++
    return value
  }

  /** Without a prototype, so that every key is a key like any other. */
  private map(shape: MapNode): Record<string, unknown> {
    this.expect(openBrace, texts.expectedMap)
    const value: Record<string, unknown> = Object.create(null)
    while (this.nextMember()) value[this.memberName()] = this.value(shape.value)
    return value
  }

  /** Moves to a member's name; false, and past the brace, where there is none left. `at` stands on `{`, or behind a value. */
  private nextMember(): boolean {
    if (this.bytes[this.at] === openBrace) this.at++
    else this.passComma()
    if (this.next() !== closeBrace) return true
    this.at++
    return false
  }

  private memberName(): string {
    const name = this.string()
    this.next()
    this.at++
    this.next()
    return name
  }

  private scalar(shape: Exclude<ShapeNode, StructureNode | ListNode | MapNode>): unknown {
    const first = this.next()
    if (first === openBracket) throw new TypeMismatch(texts.listFound)
    if (first === openBrace) throw new TypeMismatch(texts.structureFound)
    if (first === quote) return this.fromString(shape.type)
    if (first === 0x74 || first === 0x66) {
      if (shape.type !== 'boolean') throw new TypeMismatch(texts.scalarMismatch('boolean', shape.type))
      return this.pass(first === 0x74 ? 4 : 5, first === 0x74)
    }
    const number = this.number()
    switch (shape.type) {
      case 'timestamp':
        return dateOf(number * 1000)
      case 'string':
      case 'blob':
      case 'boolean':
        throw new TypeMismatch(texts.scalarMismatch('number', shape.type))
      default:
        return numberOf(number, shape)
    }
  }

  private fromString(want: texts.ScalarWanted): unknown {
    if (want === 'string') return this.string()
    if (want === 'blob') return base64Decoded(this.string())
    if (want === 'boolean') return booleanOf(this.string())
    throw new TypeMismatch(texts.scalarMismatch('string', want))
  }

  /** Lone surrogates become `?`, as they do in Java's UTF-8. */
  private string(): string {
    const from = this.at
    this.at = stringEnd(this.bytes, from)
    const text = this.bytes.toString('utf8', from + 1, this.at - 1)
    if (!text.includes('\\')) return text
    const unescaped: string = JSON.parse(`"${text}"`)
    return unescaped.isWellFormed() ? unescaped : unescaped.replace(/\p{Surrogate}/gu, '?')
  }

  private number(): number {
    const from = this.at
    for (let byte = this.bytes[from]; isNumberByte(byte); byte = this.bytes[this.at]) this.at++
    return Number(this.bytes.toString('latin1', from, this.at))
  }

  /** Passes a value of any kind. */
  private skip(): void {
    let depth = 0
    do {
      const first = this.next()
      if (first === quote) this.at = stringEnd(this.bytes, this.at)
      else {
        this.at++
        if (first === openBrace || first === openBracket) depth++
        else if (first === closeBrace || first === closeBracket) depth--
        else if (isNumberByte(first) || isLetter(first)) this.passWord()
      }
    } while (depth > 0)
  }

  private passWord(): void {
    while (isNumberByte(this.bytes[this.at]) || isLetter(this.bytes[this.at])) this.at++
  }

  private passComma(): void {
    if (this.next() === 0x2c) this.at++
  }

  private expect(opener: number, mismatch: string): void {
    const first = this.next()
    if (first === opener) return
    if (first === openBracket) throw new TypeMismatch(texts.listFound)
    throw new TypeMismatch(first === openBrace ? texts.structureFound : mismatch)
  }

  private pass<T>(bytes: number, value: T): T {
    this.at += bytes
    return value
  }

  /** Moves over blanks and returns the byte that stands there. */
  private next(): number {
    this.at = blanksEnd(this.bytes, this.at)
    return this.bytes[this.at] ?? -1
  }
}

/** Digits, sign, point and exponent. */
function isNumberByte(byte = 0): boolean {
  return (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2b || byte === 0x2e || byte === 0x65 || byte === 0x45
}

function isLetter(byte = 0): boolean {
  return byte >= 0x61 && byte <= 0x7a
}
