import { CreateStreamCommand, DescribeStreamSummaryCommand, type KinesisClient } from '@aws-sdk/client-kinesis'
import { freshName, until } from '../../api/client/streams.js'

/** Streams, by a client of the AWS SDK. */
export class SdkStreams {
  constructor(private readonly client: KinesisClient) {}

  /** Resolves when it is ACTIVE. Without a number of shards it is on-demand. */
  async create(ShardCount?: number): Promise<{ readonly StreamName: string; readonly StreamARN: string }> {
    const StreamName = freshName()
    const mode = { StreamModeDetails: { StreamMode: 'ON_DEMAND' } } as const
    await this.client.send(new CreateStreamCommand({ StreamName, ...(ShardCount === undefined ? mode : { ShardCount }) }))
    return { StreamName, StreamARN: (await this.active(StreamName)).StreamARN as string }
  }

  async summary(StreamName: string) {
    const { StreamDescriptionSummary } = await this.client.send(new DescribeStreamSummaryCommand({ StreamName }))
    if (StreamDescriptionSummary === undefined) throw new Error(`${StreamName} has no summary`)
    return StreamDescriptionSummary
  }

  /** Its summary, once it is ACTIVE. */
  active(StreamName: string) {
    return until(
      () => this.summary(StreamName),
      ({ StreamStatus }) => StreamStatus === 'ACTIVE',
    )
  }
}
