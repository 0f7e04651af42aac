import type { ServiceModel } from '@millrace/aws-models'
import { ShapeTable, type StructureNode } from '../shape/shape-node.js'
import type { OperationHandler, ServiceParts } from './operation.js'

/** One AWS API behind a port: its model, and what answers it. */
export interface Service {
  readonly model: ServiceModel
  readonly parts: ServiceParts
}

/** An operation that the model has and somebody answers. */
export interface Operation {
  readonly name: string
  readonly parts: ServiceParts
  readonly handler: OperationHandler
  readonly input: StructureNode
  /** Absent: the answer is empty. */
  readonly output: StructureNode | undefined
  /** How AWS's Java calls the API: `com.amazonaws.kinesis.v20131202`. */
  readonly javaPackage: string
}

const noMembers: StructureNode = {
  type: 'structure',
  name: 'Unit',
  members: [],
  byName: new Map(),
  isEventStream: false,
  isException: false,
}

/** By X-Amz-Target, for example `Kinesis_20131202.PutRecord`. */
export function operationsByTarget(services: readonly Service[]): ReadonlyMap<string, Operation> {
  const operations = new Map<string, Operation>()
  for (const service of services) {
    const { targetPrefix } = service.model.metadata
    for (const [name, operation] of operationsOf(service)) operations.set(`${targetPrefix}.${name}`, operation)
  }
  return operations
}

/** By name. A handler under a name that the model does not have is a mistake. */
export function operationsOf({ model, parts }: Service): ReadonlyMap<string, Operation> {
  const operations = new Map<string, Operation>()
  const shapes = new ShapeTable(model)
  const { endpointPrefix, apiVersion } = model.metadata
  const javaPackage = `com.amazonaws.${endpointPrefix}.v${apiVersion.replaceAll('-', '')}`
  for (const [name, handler] of parts.handlers) {
    const operation = model.operations[name]
    if (!operation) throw new Error(`${endpointPrefix} has no operation ${name}`)
    const input = operation.input === undefined ? noMembers : shapes.structure(operation.input)
    const output = operation.output === undefined ? undefined : shapes.structure(operation.output)
    operations.set(name, { name, parts, handler, input, output, javaPackage })
  }
  return operations
}
