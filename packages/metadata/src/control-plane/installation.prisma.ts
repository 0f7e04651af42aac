import { randomBytes, randomUUID } from 'node:crypto'
import type { Database } from '../database/database.prisma.js'
import type { InstallationRepository, RootCredentials } from './installation.js'

export class PrismaInstallationRepository implements InstallationRepository {
  constructor(private readonly database: Database) {}

  clusterId(): Promise<string> {
    return this.database.run(async (client) => {
      await client.cluster.createMany({ data: { id: randomUUID(), revision: 1 }, skipDuplicates: true })
      return (await client.cluster.findFirstOrThrow()).id
    })
  }

  secret(name: string, bytes: number): Promise<Uint8Array> {
    return this.database.run(async (client) => {
      await client.secret.createMany({ data: { name, value: randomBytes(bytes) }, skipDuplicates: true })
      return (await client.secret.findUniqueOrThrow({ where: { name } })).value
    })
  }

  rootCredentials(candidate: RootCredentials, replace: boolean): Promise<RootCredentials> {
    const { account, accessKeyId, secretAccessKey } = candidate
    const principalArn = `arn:aws:iam::${account}:root`
    const where = { account, principalArn }
    return this.database.run((client) =>
      client.$transaction(async (transaction) => {
        const stored = await transaction.credential.findFirst({ where, orderBy: { createdAt: 'asc' } })
        if (stored && !replace) return { account, accessKeyId: stored.accessKeyId, secretAccessKey: stored.secretAccessKey }
        await transaction.credential.deleteMany({ where: { OR: [where, { accessKeyId }] } })
        await transaction.credential.create({ data: { account, accessKeyId, secretAccessKey, principalArn } })
        return candidate
      }),
    )
  }
}
