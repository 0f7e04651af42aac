import { ok } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamDirectory } from '../stream/stream-directory.js'
import { describeChannel } from './channel-description.js'
import { findChannel } from './find-channel.js'

export class DescribeChannel implements LifecycleOperation<'DescribeChannel'> {
  constructor(private readonly directory: StreamDirectory) {}

  handle({ input }: Call<'DescribeChannel'>): Answer<'DescribeChannel'> {
    const found = findChannel(this.directory, input.ChannelARN)
    if (!found.ok) return found
    return ok({ ChannelDescription: describeChannel(found.value.stream, found.value.channel) })
  }
}
