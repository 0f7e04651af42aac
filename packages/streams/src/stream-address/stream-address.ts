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
    if (StreamName === undefined) return err(nameMissing)
    return ok({ account: scope.account, region: scope.region, name: StreamName as StreamName })
  }
  const address = parseStreamArn(StreamARN)
  if (!address) return invalid(`${StreamARN} is not the ARN of a stream.`)
  if (StreamName !== undefined && StreamName !== address.name) return invalid('StreamName and StreamARN name different streams.')
  return ok(address)
}

/** The model does not require the name any more, since an ARN may stand for it; AWS's text for neither is still this one. */
const nameMissing: RequestError = {
  kind: 'ValidationFailed',
  message: "1 validation error detected: Value null at 'streamName' failed to satisfy constraint: Member must not be null",
}

function invalid(message: string): Result<never, RequestError> {
  return err({ kind: 'InvalidArgument', message })
}
