import type { Kinesis } from './kinesis.js'

/** Why tests of an operation are skipped; false: the server has it. */
export async function notServed(kinesis: Kinesis, operation: string): Promise<string | false> {
  const { body } = await kinesis.call(operation, {})
  return body?.__type === 'UnknownOperationException' ? `the server does not have ${operation} yet` : false
}
