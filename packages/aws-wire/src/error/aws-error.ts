import type { DomainError } from '@millrace/model'

/** An error as AWS names it. */
export interface AwsError {
  readonly status: number
  readonly code: string
  /** Absent: the answer carries the code alone. */
  readonly message?: string
  /** Type errors and refusals of access spell the key of the message with a capital. */
  readonly messageKey: 'message' | 'Message'
}

function awsError(code: string, message: string | undefined, status = 400): AwsError {
  return message === undefined ? { status, code, messageKey: 'message' } : { status, code, message, messageKey: 'message' }
}

/** The body is not what the protocol or the model wants. */
export function serializationError(message?: string): AwsError {
  const error = { status: 400, code: 'SerializationException', messageKey: 'Message' } as const
  return message === undefined ? error : { ...error, message }
}

export const unknownOperation = awsError('UnknownOperationException', undefined)
/** Of the Query protocol: what it calls an operation that the server does not have. */
export function invalidAction(action: string, version: string): AwsError {
  return awsError('InvalidAction', `Could not find operation ${action} for version ${version}`)
}

export const requestTooLarge = awsError('RequestEntityTooLarge', 'Request entity too large', 413)

export const internalFailure = awsError('InternalFailure', undefined, 500)
export const unableToDetermine = awsError(
  'AccessDeniedException',
  'Unable to determine service/operation name to be authorized',
  403,
)

/** The one place where the domain's errors become AWS's. */
export function awsErrorOf(error: DomainError): AwsError {
  switch (error.kind) {
    case 'MissingAuthenticationToken':
      return awsError('MissingAuthenticationTokenException', 'Missing Authentication Token')
    case 'StreamNotFound':
      return awsError('ResourceNotFoundException', `Stream ${error.stream} under account ${error.account} not found.`)
    case 'StreamAlreadyExists':
      return awsError('ResourceInUseException', `Stream ${error.stream} under account ${error.account} already exists.`)
    case 'StreamNotActive':
      return awsError(
        'ResourceInUseException',
        `Stream ${error.stream} under account ${error.account} not ACTIVE, instead in state ${error.state}`,
      )
    case 'ShardNotFound':
      return awsError(
        'ResourceNotFoundException',
        `Could not find shard ${error.shardId} in stream ${error.stream} under account ${error.account}.`,
      )
    case 'ShardDoesNotExist':
      return awsError(
        'ResourceNotFoundException',
        `Shard ${error.shardId} in stream ${error.stream} under account ${error.account} does not exist`,
      )
    case 'DryRunPassed':
      return awsError(
        'DryRunOperationException',
        `DryRunOperation validation succeeded while calling ${error.operation} operation.: Request would have succeeded, but DryRun flag is set.`,
      )
    case 'AccessDenied':
      return { ...awsError('AccessDeniedException', error.message), messageKey: 'Message' }
    case 'Unavailable':
      return awsError('ServiceUnavailable', 'The request has failed due to a temporary failure of the server.', 503)
    default:
      return awsError(codes[error.kind], error.message)
  }
}

/** Errors whose message the domain words. */
type WordedError = Exclude<Extract<DomainError, { readonly message: string }>, { readonly kind: 'AccessDenied' }>

const codes: Readonly<Record<WordedError['kind'], string>> = {
  IncompleteSignature: 'IncompleteSignatureException',
  InvalidSignature: 'InvalidSignatureException',
  SignatureMismatch: 'InvalidSignatureException',
  SignatureExpired: 'InvalidSignatureException',
  UnrecognizedClient: 'UnrecognizedClientException',
  InvalidArgument: 'InvalidArgumentException',
  ValidationFailed: 'ValidationException',
  LimitExceeded: 'LimitExceededException',
  ResourceInUse: 'ResourceInUseException',
  ResourceNotFound: 'ResourceNotFoundException',
  ThroughputExceeded: 'ProvisionedThroughputExceededException',
  IteratorExpired: 'ExpiredIteratorException',
  ExpiredNextToken: 'ExpiredNextTokenException',
  KeyNotFound: 'KMSNotFoundException',
}
