import type { ListNode, MapNode, ShapeNode, StructureNode } from '../../shape/shape-node.js'
import { type Decoded, setMember, TypeMismatch } from '../codec.js'
import { booleanOf, dateOf, numberOf } from '../scalars.js'
import * as texts from '../type-texts.js'
import * as cbor from './heads.js'
import { bigNumber, halfFloat } from './numbers.js'

/** Reads a well-formed CBOR item (`isWellFormedCbor`) as a value of the shape; trusts its form and checks its types. */
export function decodeCbor(bytes: Buffer, shape: StructureNode): Decoded {
  try {
    return { ok: true, value: (new CborReader(bytes).value(shape) as Record<string, unknown> | undefined) ?? {} }
  } catch (error) {
    if (error instanceof TypeMismatch) return { ok: false, message: error.text }
    throw error
  }
}

const positiveBignum = 2
const negativeBignum = 3

class CborReader extends cbor.CborHeads {
  /** Undefined for null. Tags say nothing that the shape does not say, apart from those of big numbers. */
  value(shape: ShapeNode): unknown {
    const tag = this.untagged()
    if (this.major === cbor.simpleOrFloat && (this.info === 22 || this.info === 23)) return undefined
    switch (shape.type) {
      case 'structure':
        return this.structure(shape)
      case 'list':
        return this.list(shape)
      case 'map':
        return this.map(shape)
      default:
        return this.scalar(shape, tag)
    }
  }

  /** Reads the next head that is no tag; returns the last tag, or −1. */
  private untagged(): number {
    let tag = -1
    for (this.next(); this.major === cbor.tag; this.next()) tag = this.argument
    return tag
  }

  private structure(shape: StructureNode): Record<string, unknown> {
    this.expect(cbor.map, texts.expectedStructure)
    const value: Record<string, unknown> = {}
    this.eachEntry(() => {
      const member = shape.byName.get(this.memberName() ?? '')
      if (!member) this.skip()
      else setMember(value, member.name, this.value(member.shape))
    })
    return value
  }

  private list(shape: ListNode): unknown[] {
    this.expect(cbor.array, texts.expectedList)
    const value: unknown[] = []
    this.eachEntry(() => value.push(this.value(shape.member)))
    return value
  }

  /** Without a prototype, so that every key is a key like any other. */
  private map(shape: MapNode): Record<string, unknown> {
    this.expect(cbor.map, texts.expectedMap)
    const value: Record<string, unknown> = Object.create(null)
    this.eachEntry(() => {
      const key = this.memberName()
      if (key === undefined) throw new TypeMismatch(undefined)
      value[key] = this.value(shape.value)
    })
    return value
  }

  private eachEntry(read: () => void): void {
    if (this.isIndefinite) {
      while (!this.isBreak()) read()
      this.at++
    } else for (let left = this.argument; left > 0; left--) read()
  }

  /** Undefined where the name is no text. */
  private memberName(): string | undefined {
    this.untagged()
    if (this.major === cbor.textString) return this.text()
    this.skipContent()
    return undefined
  }

  private scalar(shape: Exclude<ShapeNode, StructureNode | ListNode | MapNode>, tag: number): unknown {
    switch (this.major) {
      case cbor.array:
        throw new TypeMismatch(texts.listFound)
      case cbor.map:
        throw new TypeMismatch(texts.structureFound)
      case cbor.textString:
        return this.fromText(shape.type)
      case cbor.byteString:
        if (tag === positiveBignum || tag === negativeBignum) return this.fromNumber(this.bignum(tag), shape)
        if (shape.type !== 'blob') throw new TypeMismatch(texts.scalarMismatch('bytes', shape.type))
        return this.content()
      default:
        return this.fromSimple(shape)
    }
  }

  private fromText(want: texts.ScalarWanted): unknown {
    if (want === 'string') return this.text()
    if (want === 'boolean') return booleanOf(this.text())
    throw new TypeMismatch(texts.scalarMismatch('string', want))
  }

  private fromSimple(shape: Exclude<ShapeNode, StructureNode | ListNode | MapNode>): unknown {
    if (this.major !== cbor.simpleOrFloat) {
      return this.fromNumber(this.major === cbor.negativeInteger ? -1 - this.argument : this.argument, shape)
    }
    if (this.info >= 25) return this.fromNumber(this.float(), shape)
    if (this.info !== 20 && this.info !== 21) throw new TypeMismatch(undefined)
    if (shape.type !== 'boolean') throw new TypeMismatch(texts.scalarMismatch('boolean', shape.type))
    return this.info === 21
  }

  private fromNumber(value: number, shape: Exclude<ShapeNode, StructureNode | ListNode | MapNode>): unknown {
    switch (shape.type) {
      case 'timestamp':
        return dateOf(value)
      case 'string':
      case 'blob':
      case 'boolean':
        throw new TypeMismatch(texts.scalarMismatch('number', shape.type))
      default:
        return numberOf(value, shape)
    }
  }

  private float(): number {
    const { bytes, at, info } = this
    if (info === 25) return halfFloat(this.argument)
    return info === 26 ? bytes.readFloatBE(at - 4) : bytes.readDoubleBE(at - 8)
  }

  private bignum(tag: number): number {
    const value = bigNumber(this.content())
    return tag === negativeBignum ? -1 - value : value
  }

  private text(): string {
    return this.content().toString('utf8')
  }

  /** Of the string whose head was read: a view where it is in one piece. */
  private content(): Buffer {
    if (!this.isIndefinite) return this.piece()
    const chunks: Buffer[] = []
    for (; !this.isBreak(); chunks.push(this.piece())) this.next()
    this.at++
    return Buffer.concat(chunks)
  }

  private piece(): Buffer {
    const from = this.at
    this.at += this.argument
    return this.bytes.subarray(from, this.at)
  }

  private skip(): void {
    this.untagged()
    this.skipContent()
  }

  private skipContent(): void {
    if (this.major === cbor.byteString || this.major === cbor.textString) this.content()
    else if (this.major === cbor.array) this.eachEntry(() => this.skip())
    else if (this.major === cbor.map) {
      this.eachEntry(() => {
        this.skip()
        this.skip()
      })
    }
  }

  private expect(major: number, mismatch: string): void {
    if (this.major === major) return
    if (this.major === cbor.array) throw new TypeMismatch(texts.listFound)
    throw new TypeMismatch(this.major === cbor.map ? texts.structureFound : mismatch)
  }
}
