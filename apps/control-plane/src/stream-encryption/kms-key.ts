import { type AccountId, err, ok, partitionOf, type Region, type RequestError, type Result } from '@millrace/model'

/** The one key that there is: made by the installation, as AWS makes one for each account. */
const kinesisAlias = 'alias/aws/kinesis'

/** `alias/NAME`, `key/ID`. */
const resourceShape = /^(alias\/[a-zA-Z0-9/_-]+|key\/[a-zA-Z0-9-]+)$/
const keyIdShape = /^(mrk-[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/

interface Scope {
  readonly account: AccountId
  readonly region: Region
}

/**
 * The ARN of the key that a request names: by its id, its ARN, the name of an alias or its ARN. The refusals are those of KMS, whose
 * message Kinesis passes on.
 */
export function findKey(keyId: string, { account, region }: Scope): Result<string, RequestError> {
  const prefix = `arn:${partitionOf(region)}:kms:${region}:${account}:`
  const [, , service, itsRegion, , resource = ''] = keyId.split(':')
  const isArn = keyId.startsWith('arn:')
  if (isArn && (service !== 'kms' || !resourceShape.test(resource))) return notFound(`Invalid arn ${keyId}`)
  if (isArn && itsRegion !== region) return notFound(`Invalid arn ${itsRegion}`)
  const isNamed = isArn || keyIdShape.test(keyId) || (keyId.startsWith('alias/') && resourceShape.test(keyId))
  if (!isNamed) return notFound(`Invalid keyId ${keyId}`)
  const arn = isArn ? keyId : `${prefix}${keyId.startsWith('alias/') ? '' : 'key/'}${keyId}`
  if (arn === `${prefix}${kinesisAlias}`) return ok(arn)
  return notFound(arn.includes(':alias/') ? `Alias ${arn} is not found.` : `Key '${arn}' does not exist`)
}

function notFound(message: string): Result<never, RequestError> {
  return err({ kind: 'KeyNotFound', message })
}
