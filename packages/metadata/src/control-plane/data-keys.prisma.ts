import type { DataKey, Prisma } from '../generated/client.js'
import type { DataKeyMetadata, StreamMetadata } from './stream-metadata.js'

export function dataKeyFromRow({ id, wrapped, createdAt }: DataKey): DataKeyMetadata {
  return { id, wrapped, createdMs: createdAt.getTime() }
}

export async function storeDataKeys(transaction: Prisma.TransactionClient, stream: StreamMetadata): Promise<void> {
  const { account, region, id: streamId, dataKeys } = stream
  const ids = dataKeys.map(({ id }) => id)
  await transaction.dataKey.deleteMany({ where: { account, region, streamId, id: { notIn: ids } } })
  const rows = dataKeys.map(({ id, wrapped, createdMs }) => {
    return { account, region, streamId, id, wrapped: Uint8Array.from(wrapped), createdAt: new Date(createdMs) }
  })
  await transaction.dataKey.createMany({ data: rows, skipDuplicates: true })
}
