import { ByteBudget, createListener } from '@millrace/aws-wire'
import { type AdminAnswers, adminOnly } from '@millrace/data-plane'
import type { Address, Logger } from '@millrace/service-kit'

/** /health and /metrics on a listener of their own (`MILLRACE_ADMIN_ADDRESS`), for peers that are not on this machine. */
export async function listenForAdmin(address: Address, admin: AdminAnswers, logger: Logger): Promise<() => Promise<void>> {
  const bytesMax = 1024 * 1024
  const budget = () => new ByteBudget(ByteBudget.allocate(bytesMax))
  const listener = createListener({
    handler: adminOnly(admin),
    budget: { requests: budget(), responses: budget() },
    report: ({ what, error }) => logger.error(what, { error }),
  })
  await listener.listen(address)
  return () => listener.close(0)
}
