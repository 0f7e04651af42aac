import { serviceModel } from '@millrace/aws-models'
import type { AnswerRoom, OperationHandler, Service } from '@millrace/aws-wire'
import { type ControlPlane, lifecycleOperations } from '@millrace/streams'
import type { Authenticate } from '../authenticate/authenticate.js'
import type { Authorize } from '../authorize/authorize.js'
import { forwarded } from '../lifecycle/forward.js'
import { ShardLists } from '../lifecycle/shard-lists.js'

/** The Kinesis API as this lane answers it: `records` here, lifecycle calls by the control plane. */
export function kinesisApi(parts: {
  readonly authenticate: Authenticate
  readonly authorize: Authorize
  readonly controlPlane: ControlPlane
  /** For lists that are long. */
  readonly answerRoom: AnswerRoom
  readonly nowMs: () => number
  readonly records: Readonly<Record<string, OperationHandler>>
}): Service {
  const lifecycle = forwarded(parts.controlPlane)
  return {
    model: serviceModel('kinesis'),
    parts: {
      authenticate: (request) => parts.authenticate.caller(request),
      // The put operations name their stream beside the input, which their fast path never builds.
      authorize: (context, { streamName, streamArn, input }) =>
        parts.authorize.decide(
          context,
          input === undefined ? { StreamName: streamName, StreamARN: streamArn } : (input as object),
        ),
      handlers: new Map([
        ...lifecycleOperations.map((name) => [name, lifecycle] as const),
        ['ListShards', new ShardLists(lifecycle.handle, parts.answerRoom, parts.nowMs).handler()],
        ...Object.entries(parts.records),
      ]),
    },
  }
}
