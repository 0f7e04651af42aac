import type { ServiceModel, Shape, StringShape, StructureShape } from '@millrace/aws-models'
import { Pattern } from './pattern.js'

/** A shape of the model with its references resolved, so that the codecs walk pointers and look nothing up by name. */
export type ShapeNode = StructureNode | ListNode | MapNode | StringNode | NumberNode | BooleanNode | BlobNode | TimestampNode

export interface StructureNode {
  readonly type: 'structure'
  readonly name: string
  /** In the order of the model. */
  readonly members: readonly MemberNode[]
  readonly byName: ReadonlyMap<string, MemberNode>
  readonly isEventStream: boolean
  readonly isException: boolean
}

export interface MemberNode {
  readonly name: string
  /** As AWS spells it in the path of a violation: `streamName`. */
  readonly pathName: string
  readonly isRequired: boolean
  /**
   * Where a call breaks other constraints, AWS was seen to list the absence of this member too, though the model of today does not
   * require it; alone it is the domain's to judge. `unless`: not where that other member stands for it.
   */
  readonly missedBesideOthers: { readonly unless: string | undefined } | undefined
  readonly shape: ShapeNode
}

export interface ListNode {
  readonly type: 'list'
  readonly name: string
  readonly member: ShapeNode
  readonly min: number | undefined
  readonly max: number | undefined
}

export interface MapNode {
  readonly type: 'map'
  readonly name: string
  readonly key: StringNode
  readonly value: ShapeNode
  readonly min: number | undefined
  readonly max: number | undefined
}

export interface StringNode {
  readonly type: 'string'
  readonly name: string
  readonly min: number | undefined
  readonly max: number | undefined
  readonly pattern: Pattern | undefined
  readonly enum: readonly string[] | undefined
}

export interface NumberNode {
  readonly type: 'integer' | 'long' | 'float' | 'double'
  readonly name: string
  readonly min: number | undefined
  readonly max: number | undefined
}

export interface BooleanNode {
  readonly type: 'boolean'
  readonly name: string
}

export interface BlobNode {
  readonly type: 'blob'
  readonly name: string
  readonly min: number | undefined
  readonly max: number | undefined
}

export interface TimestampNode {
  readonly type: 'timestamp'
  readonly name: string
}

/** What AWS's texts were seen to demand of a number although the published model does not. */
const unpublishedMin: Readonly<Record<string, number>> = { RetentionPeriodHours: 1 }

/** Resolves the shapes of a model; each is resolved once, also where shapes lead back to themselves. */
export class ShapeTable {
  private readonly nodes = new Map<string, ShapeNode>()

  constructor(private readonly model: ServiceModel) {}

  structure(name: string): StructureNode {
    const node = this.node(name)
    if (node.type !== 'structure') throw new Error(`${name} is no structure`)
    return node
  }

  private node(name: string): ShapeNode {
    const known = this.nodes.get(name)
    if (known) return known
    const shape = this.model.shapes[name]
    if (!shape) throw new Error(`the model has no shape ${name}`)
    return this.resolve(name, shape)
  }

  private resolve(name: string, shape: Shape): ShapeNode {
    switch (shape.type) {
      case 'structure':
        return this.resolveStructure(name, shape)
      case 'list': {
        const node = this.keep({ type: 'list', name, member: undefined as unknown as ShapeNode, min: shape.min, max: shape.max })
        return Object.assign(node, { member: this.node(shape.member.shape) })
      }
      case 'map': {
        const unresolved = undefined as unknown as StringNode
        const node = this.keep({ type: 'map', name, key: unresolved, value: unresolved, min: shape.min, max: shape.max })
        return Object.assign(node, { key: this.node(shape.key.shape), value: this.node(shape.value.shape) })
      }
      case 'string':
        return this.keep(stringNode(name, shape))
      case 'boolean':
      case 'timestamp':
        return this.keep({ type: shape.type, name })
      default:
        return this.keep({ type: shape.type, name, min: shape.min ?? unpublishedMin[name], max: shape.max })
    }
  }

  private resolveStructure(name: string, shape: StructureShape): StructureNode {
    const members: MemberNode[] = []
    const byName = new Map<string, MemberNode>()
    const flags = { isEventStream: shape.eventstream === true, isException: shape.exception === true }
    const node = this.keep({ type: 'structure', name, members, byName, ...flags })
    for (const [member, reference] of Object.entries(shape.members)) {
      const isRequired = shape.required?.includes(member) === true
      const missed = { isRequired, missedBesideOthers: missedBesideOthers(member, shape) }
      const entry = { name: member, pathName: lowerFirst(member), ...missed, shape: this.node(reference.shape) }
      members.push(entry)
      byName.set(member, entry)
    }
    return node
  }

  /** Kept before its members are resolved, so that they may lead back to it. */
  private keep<T extends ShapeNode>(node: T): T {
    this.nodes.set(node.name, node)
    return node
  }
}

function missedBesideOthers(member: string, { required, members }: StructureShape): MemberNode['missedBesideOthers'] {
  if (required?.includes(member)) return undefined
  // An ARN may stand for the name; a page token for both.
  if (member === 'StreamName' && 'StreamARN' in members && !('NextToken' in members)) return { unless: 'StreamARN' }
  if (member === 'PartitionKey' && 'ExplicitHashKey' in members) return { unless: undefined }
  return undefined
}

function stringNode(name: string, shape: StringShape): StringNode {
  const pattern = shape.pattern === undefined ? undefined : new Pattern(shape.pattern)
  return { type: 'string', name, min: shape.min, max: shape.max, pattern, enum: shape.enum }
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}
