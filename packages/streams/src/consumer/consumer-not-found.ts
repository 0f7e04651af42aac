import type { RequestError, StreamAddress } from '@millrace/model'

/** `consumer`: its name, with what else AWS says of it. */
export function consumerNotFound(consumer: string, { name, account }: Pick<StreamAddress, 'name' | 'account'>): RequestError {
  return { kind: 'ResourceNotFound', message: `Consumer ${consumer} under stream: ${name}, account ${account} not found.` }
}
