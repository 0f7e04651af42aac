import { err, ok, type Result } from '@millrace/model'
import { principalProblem } from './policy-principal.js'
import { statementPlaces } from './statement-places.js'

/** A policy that is attached to a resource, as its grammar has it. */
export interface PolicyDocument {
  readonly statements: readonly PolicyStatement[]
  /** As AWS gives it back: without white space, and a list of one as the one. */
  readonly text: string
}

export interface PolicyStatement {
  readonly effect: 'Allow' | 'Deny'
  /** Of `Action`, or of `NotAction`. */
  readonly actions: readonly string[]
  /** Of `Resource`, or of `NotResource`. */
  readonly resources: readonly string[]
  /** Where it begins in the text that was parsed: `line 1, column 38`. */
  readonly place: string
}

const versions: readonly unknown[] = ['2012-10-17', '2008-10-17']
const documentMembers = ['Version', 'Id', 'Statement']
const statementMembers = [
  ...['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'],
]

/** The error says what is wrong, in the words of IAM where it has some. */
export function parsePolicyDocument(text: string): Result<PolicyDocument, string> {
  const document = parseJson(text)
  if (!isObject(document) || nestsDeeper(document, nestingMax)) return err('This policy contains invalid Json')
  const problem = documentProblem(document)
  if (problem) return err(problem)
  const statements = [document.Statement].flat() as Record<string, unknown>[]
  const wrong = statements.map(statementProblem).find((found) => found !== undefined)
  return wrong === undefined ? ok(understood(document, statements, text)) : err(wrong)
}

function documentProblem(document: Record<string, unknown>): string | undefined {
  const { Version, Id, Statement } = document
  const foreign = Object.keys(document).find((name) => !documentMembers.includes(name))
  if (foreign !== undefined) return `Syntax error in policy: unknown field ${foreign}`
  if (Version !== undefined && !versions.includes(Version)) return 'Policy document must be version 2012-10-17 or 2008-10-17'
  if (Id !== undefined && typeof Id !== 'string') return 'Syntax error in policy: Id must be a string'
  if (Statement === undefined) return 'Missing required field Statement'
  const statements = [Statement].flat()
  if (statements.length === 0) return 'Statement is empty!'
  return statements.every(isObject) ? undefined : 'Syntax error in policy: a statement must be an object'
}

function statementProblem(statement: Record<string, unknown>): string | undefined {
  const { Sid, Effect, Condition } = statement
  const foreign = Object.keys(statement).find((name) => !statementMembers.includes(name))
  if (foreign !== undefined) return `Syntax error in policy: unknown field ${foreign}`
  if (Sid !== undefined && typeof Sid !== 'string') return 'Syntax error in policy: Sid must be a string'
  if (Effect === undefined) return 'Missing required field Effect'
  if (Effect !== 'Allow' && Effect !== 'Deny') return `Invalid effect: ${JSON.stringify(Effect)}`
  if (Condition !== undefined && !isCondition(Condition)) return 'Syntax error in policy: invalid Condition'
  return (
    principalProblem(statement) ??
    textsProblem(statement, 'Action', 'Policy statement must contain actions.') ??
    textsProblem(statement, 'Resource', 'Policy statement must contain resources.')
  )
}

/** `Action` or `NotAction`, `Resource` or `NotResource`: one of the two, a text or a list of some. */
function textsProblem(statement: Record<string, unknown>, name: string, missing: string): string | undefined {
  const given = [statement[name], statement[`Not${name}`]].filter((value) => value !== undefined)
  if (given.length === 2) return `Syntax error in policy: ${name} and Not${name} exclude each other`
  const texts = given.flat()
  if (texts.length === 0) return missing
  return texts.every((text) => typeof text === 'string') ? undefined : `Syntax error in policy: invalid ${name}`
}

function understood(document: object, statements: Record<string, unknown>[], text: string): PolicyDocument {
  const places = statementPlaces(text)
  return {
    statements: statements.map((statement, i) => ({ ...statementOf(statement), place: places[i] })),
    text: JSON.stringify({ ...document, Statement: statements.map(shortened) }),
  }
}

function shortened(statement: Record<string, unknown>): Record<string, unknown> {
  const short = (value: unknown) => (Array.isArray(value) && value.length === 1 ? value[0] : value)
  const members = Object.entries(statement).map(([name, value]) => {
    if (name !== 'Principal' || !isObject(value)) return [name, name === 'Condition' ? value : short(value)]
    return [name, Object.fromEntries(Object.entries(value).map(([kind, values]) => [kind, short(values)]))]
  })
  return Object.fromEntries(members)
}

function statementOf(statement: Record<string, unknown>): Omit<PolicyStatement, 'place'> {
  return {
    effect: statement.Effect as 'Allow' | 'Deny',
    actions: [statement.Action ?? statement.NotAction].flat() as string[],
    resources: [statement.Resource ?? statement.NotResource].flat() as string[],
  }
}

/** `{ operator: { key: value or values } }`. */
function isCondition(condition: unknown): boolean {
  if (!isObject(condition)) return false
  return Object.values(condition).every((keys) => isObject(keys) && Object.values(keys).every(areValues))
}

function areValues(values: unknown): boolean {
  return [values].flat().every((value) => ['string', 'number', 'boolean'].includes(typeof value))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value of a condition stands six deep. What is far deeper is not even shown: that alone could exhaust the stack. */
const nestingMax = 10

function nestsDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => nestsDeeper(inner, levels - 1))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
