import type { StreamMetadata } from '@millrace/metadata'
import { err, limits, ok, type RequestError, type Result } from '@millrace/model'
import type { ControlPlaneConfig } from '../config.js'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamEdits } from '../stream/stream-edits.js'

type Bounds = Pick<ControlPlaneConfig, 'retentionHoursMax'>
type Name = 'IncreaseStreamRetentionPeriod' | 'DecreaseStreamRetentionPeriod'

/** Two operations: either takes the period that is in force, and changes nothing then. */
export class ChangeRetention implements LifecycleOperation<Name> {
  constructor(
    private readonly edits: StreamEdits,
    private readonly bounds: Bounds,
  ) {}

  async handle(call: Call<Name>): Promise<Answer<Name>> {
    const hours = call.input.RetentionPeriodHours
    const done = await this.edits.update(call, (before) => retained(before, hours, call.operation, this.bounds))
    return done.ok ? ok(undefined) : done
  }
}

function retained(stream: StreamMetadata, hours: number, operation: Name, bounds: Bounds): Result<StreamMetadata, RequestError> {
  const message = outOfBounds(hours, bounds) ?? wrongWay(stream, hours, operation)
  if (message !== undefined) return err({ kind: 'InvalidArgument', message })
  return ok(hours === stream.retentionHours ? stream : { ...stream, retentionHours: hours })
}

function outOfBounds(hours: number, { retentionHoursMax: max }: Bounds): string | undefined {
  const min = limits.retentionHoursMin
  const requested = `Requested retention period (${hours} hours)`
  if (hours < min) return `Minimum allowed retention period is ${min} hours. ${requested} is too short.`
  if (hours > max) return `Maximum allowed retention period is ${max} hours. ${requested} is too long.`
  return undefined
}

function wrongWay({ name, retentionHours }: StreamMetadata, hours: number, operation: Name): string | undefined {
  const increases = operation === 'IncreaseStreamRetentionPeriod'
  if (increases ? hours >= retentionHours : hours <= retentionHours) return undefined
  return (
    `Requested retention period (${hours} hours) for stream ${name} can not be ${increases ? 'shorter' : 'longer'} than existing retention period ` +
    `(${retentionHours} hours). Use ${increases ? 'Decrease' : 'Increase'}RetentionPeriod API.`
  )
}
