import { err, ok, type RequestError } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamEdits } from '../stream/stream-edits.js'

/** Of records that are put from now on; larger ones that lie in the stream are read all the same. */
export class UpdateMaxRecordSize implements LifecycleOperation<'UpdateMaxRecordSize'> {
  constructor(private readonly edits: StreamEdits) {}

  async handle(call: Call<'UpdateMaxRecordSize'>): Promise<Answer<'UpdateMaxRecordSize'>> {
    if (call.input.StreamARN === undefined) return err(arnMissing)
    const maxRecordKib = call.input.MaxRecordSizeInKiB
    const done = await this.edits.update(call, (before) => {
      return ok(maxRecordKib === before.maxRecordKib ? before : { ...before, maxRecordKib })
    })
    return done.ok ? ok(undefined) : done
  }
}

/** The model does not require it, and has no name that could stand for it. */
const arnMissing: RequestError = {
  kind: 'ValidationFailed',
  message: "1 validation error detected: Value null at 'streamARN' failed to satisfy constraint: Member must not be null",
}
