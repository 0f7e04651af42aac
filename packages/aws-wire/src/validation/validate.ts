import type { ListNode, MapNode, MemberNode, ShapeNode, StructureNode } from '../shape/shape-node.js'
import { brokenConstraints } from './constraints.js'
import { shownValue } from './java-text.js'

/** AWS lists no more, and counts no more. */
const violationsMax = 10

/**
 * All violations of the model's constraints in AWS's words; undefined where there is none. `javaPackage` is how AWS's Java calls
 * the API, shown where a violation shows a structure: `com.amazonaws.kinesis.v20131202`.
 */
export function violationText(value: unknown, shape: StructureNode, javaPackage: string): string | undefined {
  const validation = new Validation(javaPackage)
  validation.structure(value as Record<string, unknown>, shape, '')
  const violations = validation.all()
  if (violations.length === 0) return undefined
  return `${violations.length} validation error${violations.length > 1 ? 's' : ''} detected: ${violations.join('; ')}`
}

const notNull = 'Member must not be null'

function violation(shown: string, path: string, constraint: string): string {
  return `Value ${shown} at '${path}' failed to satisfy constraint: ${constraint}`
}

class Validation {
  private readonly violations: string[] = []
  /** Such as are violations only beside others. */
  private readonly besides: string[] = []

  constructor(private readonly javaPackage: string) {}

  all(): readonly string[] {
    return this.violations.length === 0 ? [] : [...this.violations, ...this.besides].slice(0, violationsMax)
  }

  structure(value: Record<string, unknown>, shape: StructureNode, path: string): void {
    for (const member of shape.members) {
      if (this.isFull()) return
      const memberPath = path + member.pathName
      if (value[member.name] !== undefined) this.value(value[member.name], member.shape, memberPath)
      else this.absent(value, member, memberPath)
    }
  }

  private absent(
    structure: Record<string, unknown>,
    { isRequired, missedBesideOthers: missed, shape }: MemberNode,
    path: string,
  ): void {
    if (isRequired) return this.report(undefined, shape, path, notNull)
    const isMissed = missed && (missed.unless === undefined || structure[missed.unless] === undefined)
    if (isMissed && this.besides.length < violationsMax) this.besides.push(violation('null', path, notNull))
  }

  private value(value: unknown, shape: ShapeNode, path: string): void {
    for (const constraint of brokenConstraints(value, shape)) this.report(value, shape, path, constraint)
    if (shape.type === 'structure') this.structure(value as Record<string, unknown>, shape, `${path}.`)
    else if (shape.type === 'list') this.list(value as readonly unknown[], shape, path)
    else if (shape.type === 'map') this.map(value as Record<string, unknown>, shape, path)
  }

  /** Strings have been reported for the list as a whole. */
  private list(value: readonly unknown[], { member }: ListNode, path: string): void {
    if (member.type === 'string') return
    for (let i = 0; i < value.length && !this.isFull(); i++) this.element(value[i], member, `${path}.${i + 1}.member`)
  }

  private map(value: Record<string, unknown>, { value: member }: MapNode, path: string): void {
    if (member.type === 'string') return
    for (const [key, entry] of Object.entries(value)) this.element(entry, member, `${path}.${key}.member`)
  }

  private element(value: unknown, shape: ShapeNode, path: string): void {
    if (value === undefined) this.report(value, shape, path, notNull)
    else this.value(value, shape, path)
  }

  private report(value: unknown, shape: ShapeNode, path: string, constraint: string): void {
    if (this.isFull()) return
    const shown = shownValue(value, shape, this.javaPackage)
    this.violations.push(violation(shown, path, constraint))
  }

  private isFull(): boolean {
    return this.violations.length === violationsMax
  }
}
