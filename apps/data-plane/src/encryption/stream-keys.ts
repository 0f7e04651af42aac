import type { StreamId } from '@millrace/model'
import type { DataKeyEntry, ShardMap, StreamView } from '@millrace/streams'

/** The data keys of the streams that a node knows. */
export class StreamKeys {
  constructor(private readonly map: Pick<ShardMap, 'byStreamId'>) {}

  /**
   * What records of the stream are to be encrypted with; undefined where they are not. Throws where its key is not there, or the stream
   * itself, of which nobody can say then that it is not encrypted.
   */
  current(streamId: StreamId): DataKeyEntry | undefined {
    const stream = this.map.byStreamId(streamId)
    if (!stream) throw new Error(`stream ${streamId} is not there`)
    const { encryption } = stream.entry
    return encryption && this.of(stream, encryption.dataKeyId)
  }

  /** Throws where it is not there. */
  byId(streamId: StreamId, dataKeyId: number): DataKeyEntry {
    return this.of(this.map.byStreamId(streamId), dataKeyId)
  }

  private of(stream: StreamView | undefined, dataKeyId: number): DataKeyEntry {
    const found = stream?.dataKey(dataKeyId)
    if (!found) throw new Error(`data key ${dataKeyId} of stream ${stream?.entry.id ?? 'unknown'} is not there`)
    return found
  }
}
