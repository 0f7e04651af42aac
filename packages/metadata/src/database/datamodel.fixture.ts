/** What the generator `prisma/datamodel-generator.js` writes: the parts of Prisma's data model that a database has too. */
export interface Datamodel {
  readonly models: readonly Model[]
  readonly enums: readonly {
    readonly name: string
    readonly dbName?: string
    readonly values: readonly { readonly name: string }[]
  }[]
  readonly indexes: readonly Index[]
}

interface Model {
  readonly name: string
  readonly dbName: string
  readonly fields: readonly Field[]
}

interface Field {
  readonly name: string
  readonly dbName?: string
  readonly kind: 'scalar' | 'enum' | 'object'
  readonly type: string
  readonly isRequired: boolean
  readonly isList: boolean
  readonly hasDefaultValue: boolean
  readonly default?: unknown
  readonly nativeType: readonly [name: string, arguments_: readonly string[]] | null
  readonly relationFromFields?: readonly string[]
  readonly relationToFields?: readonly string[]
  readonly relationOnDelete?: string
}

interface Index {
  readonly model: string
  readonly type: 'id' | 'unique' | 'normal'
  readonly fields: readonly { readonly name: string }[]
}

/** A table as both sides describe it; lists of keys are sorted. */
export interface TableSchema {
  /** By column: type as Postgres prints it, `not null`, default. */
  readonly columns: Readonly<Record<string, string>>
  readonly primaryKey: string
  readonly uniqueIndexes: readonly string[]
  readonly indexes: readonly string[]
  readonly foreignKeys: readonly string[]
}

export function schemaOf(datamodel: Datamodel): ReadonlyMap<string, TableSchema> {
  return new Map(datamodel.models.map((model) => [model.dbName, tableOf(model, datamodel)]))
}

function tableOf(model: Model, datamodel: Datamodel): TableSchema {
  const stored = model.fields.filter((field) => field.kind !== 'object')
  const keys = (type: Index['type']) =>
    datamodel.indexes
      .filter((index) => index.model === model.name && index.type === type)
      .map((index) =>
        columnsOf(
          model,
          index.fields.map((field) => field.name),
        ),
      )
      .sort()
  return {
    columns: Object.fromEntries(stored.map((field) => [columnOf(field), columnText(field, datamodel)])),
    primaryKey: keys('id')[0],
    uniqueIndexes: keys('unique'),
    indexes: keys('normal'),
    foreignKeys: model.fields.flatMap((field) => foreignKeyOf(model, field, datamodel)).sort(),
  }
}

function foreignKeyOf(model: Model, field: Field, datamodel: Datamodel): string[] {
  const { relationFromFields: from = [], relationToFields: to = [], relationOnDelete: onDelete } = field
  const target = datamodel.models.find((other) => other.name === field.type)
  if (from.length === 0 || !target) return []
  return [`${columnsOf(model, from)} -> ${target.dbName}(${columnsOf(target, to)}) on delete ${onDelete?.toLowerCase()}`]
}

function columnsOf(model: Model, fields: readonly string[]): string {
  return fields.map((name) => columnOf(model.fields.find((field) => field.name === name))).join(', ')
}

function columnOf(field: Field | undefined): string {
  return field?.dbName ?? field?.name ?? '?'
}

function columnText(field: Field, datamodel: Datamodel): string {
  const type = `${columnType(field, datamodel)}${field.isList ? '[]' : ''}`
  const nullability = field.isRequired ? ' not null' : ''
  return `${type}${nullability}${field.hasDefaultValue ? ` default ${defaultText(field.default)}` : ''}`
}

/** What Prisma takes where the schema names no native type. */
const plainTypes: Readonly<Record<string, string>> = {
  String: 'text',
  Int: 'integer',
  BigInt: 'bigint',
  Boolean: 'boolean',
  Bytes: 'bytea',
  Json: 'jsonb',
}

const nativeTypes: Readonly<Record<string, (arguments_: readonly string[]) => string>> = {
  Uuid: () => 'uuid',
  Timestamptz: ([digits]) => `timestamp(${digits}) with time zone`,
  Decimal: ([precision, scale]) => `numeric(${precision},${scale})`,
}

function columnType(field: Field, datamodel: Datamodel): string {
  if (field.kind === 'enum') {
    const { dbName, name, values } = datamodel.enums.find((candidate) => candidate.name === field.type) ?? {
      name: '?',
      values: [],
    }
    return `${dbName ?? name}(${values.map((value) => value.name).join(', ')})`
  }
  const type = field.nativeType ? nativeTypes[field.nativeType[0]]?.(field.nativeType[1]) : plainTypes[field.type]
  if (type === undefined) throw new Error(`no Postgres type is known for ${field.name}: ${field.type} ${field.nativeType}`)
  return type
}

function defaultText(value: unknown): string {
  const isNow = typeof value === 'object' && value !== null && 'name' in value && value.name === 'now'
  if (Array.isArray(value)) return `{${value.join(',')}}`
  return isNow ? 'CURRENT_TIMESTAMP' : String(value)
}
