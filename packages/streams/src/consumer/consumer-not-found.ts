import type { RequestError } from '@millrace/model'

/** `consumer`: as the request named it. */
export function consumerNotFound(consumer: string, account: string): RequestError {
  return { kind: 'ResourceNotFound', message: `Consumer ${consumer}, account ${account} not found.` }
}
