import type { ChannelLoggingConfiguration, UpdateChannelInput } from '@millrace/aws-models'
import type { ChannelMetadata, StreamMetadata } from '@millrace/metadata'
import { type DomainError, err, ok, parseChannelArn, type Result } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamEdits } from '../stream/stream-edits.js'
import { type ChannelDefinition, definitionOf, loggingOf } from './channel-definition.js'
import { describeChannel } from './channel-description.js'
import { freshnessProblem } from './channel-rules.js'
import { nextChannelStatus } from './channel-status.js'
import { findChannel, type StreamChannel, withChannel } from './find-channel.js'

/** How long data may wait and where the channel logs can change, nothing else. A FAILED channel may be updated too; it fails again. */
export class UpdateChannel implements LifecycleOperation<'UpdateChannel'> {
  constructor(private readonly edits: StreamEdits) {}

  async handle({ input }: Call<'UpdateChannel'>): Promise<Answer<'UpdateChannel'>> {
    const message = inputProblem(input)
    if (message !== undefined) return err({ kind: 'InvalidArgument', message })
    const edited = await this.edits.of(
      (directory) => findChannel(directory, input.ChannelARN),
      (found) => {
        const updated = this.updated(found, input)
        return updated.ok ? ok(withChannel(found, updated.value)) : updated
      },
    )
    if (!edited.ok) return edited
    const { after } = edited.value
    const [channel] = after.channels.filter(({ id }) => id === parseChannelArn(input.ChannelARN)?.id)
    return ok({ ChannelDescription: describeChannel(after, channel) })
  }

  private updated({ stream, channel }: StreamChannel, input: UpdateChannelInput): Result<ChannelMetadata, DomainError> {
    const message = destinationProblem(channel, input)
    if (message !== undefined) return err({ kind: 'InvalidArgument', message })
    const status = nextChannelStatus(channel.status, 'update')
    if (status !== 'UPDATING') return err(notUpdatable(stream, channel))
    return ok({
      ...channel,
      status,
      statusReason: undefined,
      statusUntilMs: this.edits.stateEndMs(),
      definition: { ...updatedDefinition(channel, input) },
    })
  }
}

function inputProblem(input: UpdateChannelInput): string | undefined {
  const { S3DestinationConfiguration: s3, S3TablesDestinationConfiguration: tables, LoggingConfiguration } = input
  if (!s3 && !tables && !LoggingConfiguration) return 'At least one setting of the channel to update must be specified.'
  if (s3 && tables) return 'Only one of S3DestinationConfiguration and S3TablesDestinationConfiguration can be specified.'
  return freshnessProblem((s3 ?? tables)?.DataFreshnessInSeconds)
}

function destinationProblem(channel: ChannelMetadata, input: UpdateChannelInput): string | undefined {
  const definition = definitionOf(channel)
  for (const name of ['S3DestinationConfiguration', 'S3TablesDestinationConfiguration'] as const) {
    if (input[name] && !definition[name]) return `Channel ${channel.name} has no ${name}.`
  }
  return undefined
}

function updatedDefinition(channel: ChannelMetadata, input: UpdateChannelInput): ChannelDefinition {
  const before = definitionOf(channel)
  const { S3DestinationConfiguration: s3, S3TablesDestinationConfiguration: tables } = before
  return {
    ...before,
    ...(s3 ? { S3DestinationConfiguration: { ...s3, ...input.S3DestinationConfiguration } } : {}),
    ...(tables ? { S3TablesDestinationConfiguration: { ...tables, ...input.S3TablesDestinationConfiguration } } : {}),
    LoggingConfiguration: updatedLogging(channel, before.LoggingConfiguration, input.LoggingConfiguration),
  }
}

/** Names that are not given stay. */
function updatedLogging(
  channel: ChannelMetadata,
  before: ChannelLoggingConfiguration,
  given: ChannelLoggingConfiguration | undefined,
): ChannelLoggingConfiguration {
  if (!given) return before
  return loggingOf({ CloudWatchLogs: { ...before.CloudWatchLogs, ...given.CloudWatchLogs } }, channel)
}

function notUpdatable({ account }: StreamMetadata, { name, status }: ChannelMetadata): DomainError {
  return { kind: 'ResourceInUse', message: `Channel ${name} under account ${account} not ACTIVE, instead in state ${status}` }
}
