import type { StreamMetadata } from '@millrace/metadata'
import { type Clock, type DomainError, err, limits, ok, type StreamName } from '@millrace/model'
import type { ControlPlaneConfig } from '../config.js'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import { openShardCount } from '../shard/shard-life.js'
import type { StreamDirectory } from '../stream/stream-directory.js'
import type { StreamWriter } from '../stream/stream-writer.js'
import { newStream } from './new-stream.js'
import { streamShape } from './stream-shape.js'
import { tagProblem } from './tag-rules.js'

type Quotas = Pick<ControlPlaneConfig, 'shardQuota' | 'stateDelayMs'>

export class CreateStream implements LifecycleOperation<'CreateStream'> {
  constructor(
    private readonly writer: StreamWriter,
    private readonly clock: Clock,
    private readonly quotas: Quotas,
  ) {}

  async handle({ account, region, input }: Call<'CreateStream'>): Promise<Answer<'CreateStream'>> {
    const shape = streamShape(input)
    if (!shape.ok) return shape
    const address = { account, region, name: input.StreamName as StreamName }
    const tags = Object.entries(input.Tags ?? {})
    const problem = tagProblem(tags, address, tags.length)
    if (problem) return err(problem)
    const { stateDelayMs } = this.quotas
    const stream = newStream(input, shape.value, { account, region, nowMs: this.clock.nowMs(), stateDelayMs })
    const done = await this.writer.change((directory) => {
      const refusal = creationRefusal(directory, stream, this.quotas.shardQuota)
      return refusal ? err(refusal) : ok([{ kind: 'created', after: stream }])
    })
    return done.ok ? ok(undefined) : done
  }
}

/** Why the account cannot have this stream now. */
function creationRefusal(directory: StreamDirectory, stream: StreamMetadata, shardQuota: number): DomainError | undefined {
  const { account, region, name } = stream
  if (directory.find(stream)) return { kind: 'StreamAlreadyExists', stream: name, account }
  const others = [...directory.in(account, region)]
  if (others.filter((other) => other.status === 'CREATING').length >= limits.creatingStreamsMax) {
    return limitExceeded(
      'This request would have exceed the limit on the number of streams that can simultaneously be in CREATING or DELETING ' +
        `for the account ${account}. Limit: ${limits.creatingStreamsMax}.`,
    )
  }
  const onDemand = others.filter((other) => other.mode === 'ON_DEMAND').length
  if (stream.mode === 'ON_DEMAND' && onDemand >= limits.onDemandStreamsMax) {
    return limitExceeded(
      `This request would exceed the on-demand stream limit for the account ${account} in ${region}. Current on-demand stream ` +
        `count for the account: ${onDemand}. Limit: ${limits.onDemandStreamsMax}.`,
    )
  }
  return shardQuotaRefusal(others, stream, shardQuota)
}

function shardQuotaRefusal(others: readonly StreamMetadata[], stream: StreamMetadata, quota: number): DomainError | undefined {
  const current = others.reduce((sum, other) => sum + openShardCount(other), 0)
  const additional = stream.shards.length
  if (current + additional <= quota) return undefined
  return limitExceeded(
    `This request would exceed the shard limit for the account ${stream.account} in ${stream.region}. Current shard count for the ` +
      `account: ${current}. Limit: ${quota}. Number of additional shards that would have resulted from this request: ` +
      `${additional}. Refer to the AWS Service Limits page ` +
      '(http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits.',
  )
}

function limitExceeded(message: string): DomainError {
  return { kind: 'LimitExceeded', message }
}
