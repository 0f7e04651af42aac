import type { Channel, Consumer, Prisma } from '../generated/client.js'
import type { ChannelMetadata, ConsumerMetadata, StreamMetadata } from './stream-metadata.js'

/** Rows of what reads a stream: consumers and channels. */

export function consumerFromRow(row: Consumer): ConsumerMetadata {
  return {
    name: row.name,
    createdMs: row.createdAt.getTime(),
    status: row.status,
    statusUntilMs: row.statusUntil?.getTime(),
    resourcePolicy: row.resourcePolicy ?? undefined,
    tags: tagsFromJson(row.tags),
  }
}

export function consumerToRow(
  { account, region, id }: StreamMetadata,
  consumer: ConsumerMetadata,
): Prisma.ConsumerCreateManyInput {
  return {
    account,
    region,
    streamId: id,
    name: consumer.name,
    createdAt: new Date(consumer.createdMs),
    status: consumer.status,
    statusUntil: consumer.statusUntilMs === undefined ? null : new Date(consumer.statusUntilMs),
    resourcePolicy: consumer.resourcePolicy ?? null,
    tags: [...consumer.tags],
  }
}

export function channelFromRow(row: Channel): ChannelMetadata {
  return {
    id: row.id,
    name: row.name,
    createdMs: row.createdAt.getTime(),
    status: row.status,
    statusReason: row.statusReason ?? undefined,
    statusUntilMs: row.statusUntil?.getTime(),
    definition: row.definition as Record<string, unknown>,
    tags: tagsFromJson(row.tags),
  }
}

export function channelToRow({ account, region, id }: StreamMetadata, channel: ChannelMetadata): Prisma.ChannelCreateManyInput {
  return {
    account,
    region,
    streamId: id,
    id: channel.id,
    name: channel.name,
    createdAt: new Date(channel.createdMs),
    status: channel.status,
    statusReason: channel.statusReason ?? null,
    statusUntil: channel.statusUntilMs === undefined ? null : new Date(channel.statusUntilMs),
    definition: channel.definition as Prisma.InputJsonObject,
    tags: [...channel.tags],
  }
}

/** Pairs, for an object would lose the key `__proto__` on the way. */
function tagsFromJson(tags: Prisma.JsonValue): ReadonlyMap<string, string> {
  return new Map(tags as [string, string][])
}
