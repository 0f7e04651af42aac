import {
  type AccountId,
  err,
  ok,
  parseStreamArn,
  type Region,
  type RequestError,
  type Result,
  type StreamAddress,
  type StreamName,
} from '@millrace/model'

/** How an input names a stream. Its `StreamId` is validated by the model and else ignored, as AWS does. */
export interface StreamReference {
  readonly StreamName?: string | undefined
  readonly StreamARN?: string | undefined
}

/**
 * The stream that a request means. A name is looked for in the account and region of the credential scope; an ARN brings its own,
 * which win. Where both are given they must name the same stream.
 */
export function resolveStreamAddress(
  scope: { readonly account: AccountId; readonly region: Region },
  { StreamName, StreamARN }: StreamReference,
): Result<StreamAddress, RequestError> {
  if (StreamARN === undefined) {
    if (StreamName === undefined) return invalid("Stream arn and stream name can't be empty at the same time")
    return ok({ account: scope.account, region: scope.region, name: StreamName as StreamName })
  }
  const address = parseStreamArn(StreamARN)
  if (!address) return invalid(`${StreamARN} is not the ARN of a stream.`)
  if (StreamName !== undefined && StreamName !== address.name) return invalid(nameMismatch(StreamName, address.name))
  return ok(address)
}

/** What AWS says to a name, given or known, beside the ARN of another stream. */
export function nameMismatch(name: string, nameInArn: string): string {
  return `Input stream name ${name} doesn't match the inferred name in stream arn ${nameInArn}`
}

function invalid(message: string): Result<never, RequestError> {
  return err({ kind: 'InvalidArgument', message })
}
