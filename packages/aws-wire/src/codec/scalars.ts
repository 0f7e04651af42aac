import type { NumberNode } from '../shape/shape-node.js'
import { TypeMismatch } from './codec.js'

const int32Max = 2_147_483_647
const int32Min = -2_147_483_648
const int64Max = 2 ** 63
const dateMsMax = 8.64e15

/** A number as AWS takes it for a shape: integers are cut to whole numbers and to their range, never refused; not a number is 0. */
export function numberOf(value: number, shape: NumberNode): number {
  switch (shape.type) {
    case 'integer':
      return Math.min(int32Max, Math.max(int32Min, Math.trunc(value))) || 0
    case 'long':
      return Math.min(int64Max, Math.max(-int64Max, Math.trunc(value))) || 0
    default:
      return value
  }
}

/** Text for a Boolean: AWS takes some spellings and refuses the rest in capitals. */
export function booleanOf(text: string): boolean {
  const upper = text.toUpperCase()
  if (upper === 'TRUE' || upper === 'YES' || upper === '1') return true
  if (upper === 'FALSE' || upper === 'NO' || upper === '0') return false
  throw new TypeMismatch(`'${upper}' can not be converted to an Boolean`)
}

/** The nearest millisecond: decimal seconds are not exact in binary. A time beyond what a Date holds is cut to it. */
export function dateOf(ms: number): Date {
  return new Date(Math.round(Math.min(dateMsMax, Math.max(-dateMsMax, ms))) || 0)
}
