import type { AccountId, Region } from '@millrace/model'
import type { Prisma } from '../generated/client.js'
import type { AccountSettings } from './account-settings.js'

type Transaction = Prisma.TransactionClient

export async function readAccounts(transaction: Transaction): Promise<AccountSettings[]> {
  const rows = await transaction.accountSettings.findMany()
  return rows.map(({ account, region, committedAt, commitmentEndsAt }) => ({
    account: account as AccountId,
    region: region as Region,
    committedMs: committedAt.getTime(),
    commitmentEndMs: commitmentEndsAt?.getTime(),
  }))
}

export async function storeAccount(transaction: Transaction, settings: AccountSettings): Promise<void> {
  const { account, region, committedMs, commitmentEndMs } = settings
  const data = {
    committedAt: new Date(committedMs),
    commitmentEndsAt: commitmentEndMs === undefined ? null : new Date(commitmentEndMs),
  }
  const where = { account_region: { account, region } }
  await transaction.accountSettings.upsert({ where, create: { account, region, ...data }, update: data })
}
