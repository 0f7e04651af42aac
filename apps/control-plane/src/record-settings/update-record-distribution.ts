import type { StreamMetadata } from '@millrace/metadata'
import { type DomainError, err, ok } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import { notActive, type StreamEdits } from '../stream/stream-edits.js'

type Name = 'UpdateStreamRecordDistributionStrategy'

/** In force when this answers: the stream stays ACTIVE. */
export class UpdateRecordDistribution implements LifecycleOperation<Name> {
  constructor(private readonly edits: StreamEdits) {}

  async handle(call: Call<Name>): Promise<Answer<Name>> {
    const recordDistribution = call.input.RecordDistributionStrategy
    const done = await this.edits.at(call, (before) => {
      if (before.status !== 'ACTIVE') return err(notActive(before))
      if (recordDistribution === 'AUTO' && before.mode === 'PROVISIONED') return err(notOnDemand(before))
      return ok(recordDistribution === before.recordDistribution ? before : { ...before, recordDistribution })
    })
    return done.ok ? ok(undefined) : done
  }
}

function notOnDemand({ name, mode }: StreamMetadata): DomainError {
  return {
    kind: 'InvalidArgument',
    message: `RecordDistributionStrategy=AUTO is only supported for on-demand streams. Stream ${name} is using ${mode} mode.`,
  }
}
