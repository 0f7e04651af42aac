import type { Clock } from '@millrace/model'
import type { ControlPlaneConfig } from '../config.js'
import { CreateStream } from '../create-stream/create-stream.js'
import { DescribeStream } from '../describe-stream/describe-stream.js'
import type { StreamDirectory } from '../stream/stream-directory.js'
import type { StreamWriter } from '../stream/stream-writer.js'
import type { OperationTable } from './lifecycle-operation.js'

/** What operations are made of. */
export interface OperationParts {
  readonly directory: StreamDirectory
  readonly writer: StreamWriter
  readonly clock: Clock
  readonly config: ControlPlaneConfig
}

/** Every operation that the control plane answers. */
export function operationTable({ directory, writer, clock, config }: OperationParts): OperationTable {
  return {
    CreateStream: new CreateStream(writer, clock, config),
    DescribeStream: new DescribeStream(directory, clock),
  }
}
