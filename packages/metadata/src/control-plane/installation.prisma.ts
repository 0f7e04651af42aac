import { randomBytes, randomUUID } from 'node:crypto'
import type { Database } from '../database/database.prisma.js'
import type { InstallationRepository, RootCredentials } from './installation.js'

export class PrismaInstallationRepository implements InstallationRepository {
  constructor(private readonly database: Database) {}

  async clusterId(): Promise<string> {
    return (await this.cluster()).id
  }

  async logId(): Promise<string | undefined> {
    return (await this.cluster()).logId ?? undefined
  }

  async bindLog(logId: string): Promise<void> {
    await this.database.run((client) => client.cluster.updateMany({ where: { logId: null }, data: { logId } }))
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

  private cluster() {
    return this.database.run(async (client) => {
      await client.cluster.createMany({ data: { id: randomUUID(), revision: 1 }, skipDuplicates: true })
      return client.cluster.findFirstOrThrow()
    })
  }
}
