/**
 * Why a request is refused. Each operation returns a closed part of this union; exactly two exhaustive mappers read it:
 * to AWS errors (`aws-wire`) and to gRPC status (`rpc`). Texts that AWS fixes are made in the AWS mapper from the fields here;
 * `message` is given only where the text depends on a domain rule.
 */

/** Whom the request speaks for could not be established. */
export type AuthError =
  | { readonly kind: 'MissingAuthenticationToken' }
  /** `message`: every missing part, as AWS lists them. */
  | { readonly kind: 'IncompleteSignature'; readonly message: string }
  /** Header and query credentials together, or a malformed scope. */
  | { readonly kind: 'InvalidSignature'; readonly message: string }
  | { readonly kind: 'SignatureMismatch'; readonly message: string }
  | { readonly kind: 'SignatureExpired'; readonly message: string }
  | { readonly kind: 'UnrecognizedClient'; readonly message: string }

export type StreamError =
  | { readonly kind: 'StreamNotFound'; readonly stream: string; readonly account: string }
  | { readonly kind: 'StreamAlreadyExists'; readonly stream: string; readonly account: string }
  /** `state`: what it is in instead of ACTIVE. */
  | { readonly kind: 'StreamNotActive'; readonly stream: string; readonly account: string; readonly state: string }
  /** `shardId` as it was asked for. */
  | { readonly kind: 'ShardNotFound'; readonly shardId: string; readonly stream: string; readonly account: string }
  /** What GetShardIterator says of an unknown stream or shard. */
  | { readonly kind: 'ShardDoesNotExist'; readonly shardId: string; readonly stream: string; readonly account: string }

export type RequestError =
  | { readonly kind: 'InvalidArgument'; readonly message: string }
  /** Violations of the model's constraints or of rules that AWS reports in the same way. */
  | { readonly kind: 'ValidationFailed'; readonly message: string }
  | { readonly kind: 'AccessDenied'; readonly message: string }
  | { readonly kind: 'LimitExceeded'; readonly message: string }
  | { readonly kind: 'ResourceInUse'; readonly message: string }
  | { readonly kind: 'ResourceNotFound'; readonly message: string }
  | { readonly kind: 'ThroughputExceeded'; readonly message: string }
  | { readonly kind: 'IteratorExpired'; readonly message: string }
  | { readonly kind: 'ExpiredNextToken'; readonly message: string }
  | { readonly kind: 'KeyNotFound'; readonly message: string }
  | { readonly kind: 'DryRunPassed'; readonly operation: string }

/**
 * The platform cannot serve this now; a retry is useful. `outcome` tells a writer whether the records may have been stored:
 * `none` (certainly not) or `unknown`.
 */
export type UnavailableError = {
  readonly kind: 'Unavailable'
  readonly outcome: 'none' | 'unknown'
  /** For logs, not for clients. */
  readonly reason: string
}

export type DomainError = AuthError | StreamError | RequestError | UnavailableError
