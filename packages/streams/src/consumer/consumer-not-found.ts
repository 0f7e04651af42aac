import type { RequestError } from '@millrace/model'

/** There is no consumer of that ARN, or none any more. */
export function consumerNotFound(consumerArn: string): RequestError {
  return { kind: 'ResourceNotFound', message: `Consumer ${consumerArn} not found.` }
}
