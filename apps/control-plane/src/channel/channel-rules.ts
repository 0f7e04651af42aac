import type {
  CreateChannelInput,
  RecordFormatType,
  S3DestinationConfiguration,
  S3TablesDestinationConfiguration,
} from '@millrace/aws-models'
import { type AccountId, limits, type Region } from '@millrace/model'
import { keyTemplateProblem } from './key-template.js'

const s3Formats: readonly RecordFormatType[] = ['JSON', 'STRING', 'BYTE_ARRAY']
const tableFormats: readonly RecordFormatType[] = ['JSON', 'GSR_JSON']

interface Scope {
  readonly account: AccountId
  readonly region: Region
}

/** What does not go together in the request itself; undefined: nothing. */
export function channelProblem(input: CreateChannelInput): string | undefined {
  const { StreamConfigurationList, S3DestinationConfiguration: s3, S3TablesDestinationConfiguration: tables } = input
  if (StreamConfigurationList.length !== 1) return 'StreamConfigurationList must have exactly one stream.'
  if ((s3 === undefined) === (tables === undefined)) {
    return 'Exactly one of S3DestinationConfiguration and S3TablesDestinationConfiguration must be specified.'
  }
  return s3 ? s3Problem(input, s3) : tables && tablesProblem(input, tables)
}

/** What AWS says of the time that data may wait; undefined: nothing. */
export function freshnessProblem(seconds: number | undefined): string | undefined {
  const { channelFreshnessSecondsMin: min, channelFreshnessSecondsMax: max } = limits
  if (seconds === undefined || (seconds >= min && seconds <= max)) return undefined
  return `DataFreshnessInSeconds must be between ${min} and ${max}.`
}

function s3Problem(input: CreateChannelInput, s3: S3DestinationConfiguration): string | undefined {
  const { RecordFormatType, GSRSchemaARN } = input.StreamConfigurationList[0].RecordConfiguration
  if (!s3Formats.includes(RecordFormatType)) return `RecordFormatType ${RecordFormatType} is not supported for S3 destinations.`
  if (GSRSchemaARN !== undefined) return 'GSRSchemaARN is not supported for S3 destinations.'
  const template = s3.StorageConfiguration.OutputKeyTemplate
  return freshnessProblem(s3.DataFreshnessInSeconds) ?? (template === undefined ? undefined : keyTemplateProblem(template))
}

function tablesProblem(input: CreateChannelInput, tables: S3TablesDestinationConfiguration): string | undefined {
  const { RecordFormatType, GSRSchemaARN } = input.StreamConfigurationList[0].RecordConfiguration
  if (!tableFormats.includes(RecordFormatType)) {
    return `RecordFormatType ${RecordFormatType} is not supported for S3 Tables destinations.`
  }
  if (GSRSchemaARN === undefined) return 'GSRSchemaARN is required for S3 Tables destinations.'
  if (tables.S3TablesConfigurationList.length !== 1) return 'S3TablesConfigurationList must have exactly one table.'
  return freshnessProblem(tables.DataFreshnessInSeconds)
}

/** Tables and schemas lie where the stream does: neither another region nor another account is delivered to. */
export function placeProblem(input: CreateChannelInput, { account, region }: Scope): string | undefined {
  const schema = input.StreamConfigurationList[0].RecordConfiguration.GSRSchemaARN
  const table = input.S3TablesDestinationConfiguration?.S3TablesConfigurationList[0].TableBucketARN
  const elsewhere = [schema, table].find((arn) => arn !== undefined && !isIn(arn, account, region))
  return elsewhere === undefined ? undefined : `${elsewhere} is not in the account and the region of the stream.`
}

function isIn(arn: string, account: AccountId, region: Region): boolean {
  const parts = arn.split(':')
  return parts[3] === region && parts[4] === account
}
