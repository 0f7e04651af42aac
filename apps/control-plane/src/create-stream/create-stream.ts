import { type Clock, err, ok, type StreamName } from '@millrace/model'
import type { ControlPlaneConfig } from '../config.js'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamWriter } from '../stream/stream-writer.js'
import { warmRefusal } from '../stream-mode/warm-throughput.js'
import { tagProblem } from '../tag/tag-rules.js'
import { creationRefusal, type Quotas } from './creation-refusal.js'
import { newStream } from './new-stream.js'
import { streamShape } from './stream-shape.js'

export class CreateStream implements LifecycleOperation<'CreateStream'> {
  constructor(
    private readonly writer: StreamWriter,
    private readonly clock: Clock,
    private readonly config: Quotas & Pick<ControlPlaneConfig, 'stateDelayMs' | 'tagsPerResourceMax' | 'warmThroughputMibpsMax'>,
  ) {}

  async handle({ account, region, input }: Call<'CreateStream'>): Promise<Answer<'CreateStream'>> {
    const shape = streamShape(input)
    if (!shape.ok) return shape
    const address = { account, region, name: input.StreamName as StreamName }
    const mibps = input.WarmThroughputMiBps
    const tags = Object.entries(input.Tags ?? {})
    const problem = tagProblem(tags, address, { count: tags.length, max: this.config.tagsPerResourceMax })
    if (problem) return err({ kind: 'InvalidArgument', message: problem })
    return this.writer.change((directory) => {
      const nowMs = this.clock.nowMs()
      const warm = { account, settings: directory.settingsOf(account, region), mode: shape.value.mode, nowMs }
      const refusal =
        (mibps === undefined ? undefined : warmRefusal({ ...warm, mibps }, this.config)) ??
        creationRefusal(directory, address, shape.value, this.config)
      if (refusal) return err(refusal)
      const creation = { account, region, nowMs, stateDelayMs: this.config.stateDelayMs }
      return ok({ changes: [{ kind: 'created', after: newStream(input, shape.value, creation) }], answer: undefined })
    })
  }
}
