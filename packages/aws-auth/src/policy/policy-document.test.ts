import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parsePolicyDocument } from './policy-document.js'

const arn = 'arn:aws:kinesis:us-east-1:000000000000:stream/orders'
const statement = { Effect: 'Allow', Principal: { AWS: '111111111111' }, Action: 'kinesis:PutRecord', Resource: arn }
const parse = (document: unknown) => parsePolicyDocument(JSON.stringify(document))
const problemOf = (document: unknown) => {
  const parsed = parse(document)
  return parsed.ok ? undefined : parsed.error
}
const problemOfStatement = (given: object) => problemOf({ Statement: { ...statement, ...given } })

test('a document of one statement or of several is understood', () => {
  const understood = { effect: 'Allow', actions: ['kinesis:PutRecord'], resources: [arn] }
  const statements = (document: unknown) => {
    const parsed = parse(document)
    return parsed.ok ? parsed.value.statements.map(({ place, ...rest }) => rest) : parsed.error
  }
  assert.deepEqual(statements({ Version: '2012-10-17', Id: 'a', Statement: statement }), [understood])
  const second = { ...statement, Sid: 'a b', Effect: 'Deny', Action: undefined, NotAction: ['kinesis:Get*', 'kinesis:List*'] }
  assert.deepEqual(statements({ Statement: [statement, second] }), [
    understood,
    { effect: 'Deny', actions: ['kinesis:Get*', 'kinesis:List*'], resources: [arn] },
  ])
})

test('a document is given back without white space, with a list of one as the one, and its statements have their places', () => {
  const given = { ...statement, Principal: { AWS: ['111111111111'], Service: ['a', 'b'].map((name) => `${name}.amazonaws.com`) } }
  const Condition = { StringEquals: { 'aws:SourceAccount': ['111111111111'] } }
  const text = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { ...given, Action: ['kinesis:PutRecord'] },
      { ...statement, Condition },
    ],
  })
  const parsed = parsePolicyDocument(text.replace('},{"Effect"', '},\n  {"Effect"'))
  assert.ok(parsed.ok)
  const Principal = { ...given.Principal, AWS: '111111111111' }
  assert.equal(
    parsed.value.text,
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { ...given, Principal },
        { ...statement, Condition },
      ],
    }),
  )
  assert.deepEqual(
    parsed.value.statements.map(({ place }) => place),
    ['line 1, column 38', 'line 2, column 3'],
  )
})

test('principals and conditions have the forms that IAM knows', () => {
  const role = 'arn:aws:iam::111111111111:role/a/b'
  for (const Principal of ['*', { AWS: '*' }, { AWS: ['111111111111', role] }, { Service: 'lambda.amazonaws.com' }]) {
    assert.equal(problemOfStatement({ Principal }), undefined)
  }
  for (const Principal of [
    '111111111111',
    [],
    null,
    { AWS: '1' },
    { AWS: [] },
    { AWS: [1] },
    { Else: '*' },
    { Service: 'lambda' },
  ]) {
    assert.match(problemOfStatement({ Principal }) ?? '', /^Invalid principal in policy: /, JSON.stringify(Principal))
  }
  const Condition = { StringEquals: { 'aws:SourceAccount': ['111111111111'] }, Bool: { 'aws:SecureTransport': true } }
  assert.equal(problemOfStatement({ Condition }), undefined)
  for (const wrong of ['a', { StringEquals: 'a' }, { StringEquals: { a: { b: 1 } } }]) {
    assert.equal(problemOfStatement({ Condition: wrong }), 'Syntax error in policy: invalid Condition')
  }
})

test('what the grammar does not have is refused, with what is wrong', () => {
  const cases: [unknown, string][] = [
    [[], 'This policy contains invalid Json'],
    ['text', 'This policy contains invalid Json'],
    [{}, 'Missing required field Statement'],
    [{ Statement: [] }, 'Statement is empty!'],
    [{ Statement: ['a'] }, 'Syntax error in policy: a statement must be an object'],
    [{ Statement: statement, Extra: 1 }, 'Syntax error in policy: unknown field Extra'],
    [{ Statement: statement, Id: 1 }, 'Syntax error in policy: Id must be a string'],
    [{ Statement: statement, Version: '2020-01-01' }, 'Policy document must be version 2012-10-17 or 2008-10-17'],
  ]
  for (const [document, problem] of cases) assert.equal(problemOf(document), problem)
  const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
  for (const text of ['', '{', '{"Statement":', `{"Statement":{"Effect":${deep}}}`, `{"Statement":{"Principal":${deep}}}`]) {
    assert.deepEqual(parsePolicyDocument(text), { ok: false, error: 'This policy contains invalid Json' })
  }
})

test('a statement without what it needs, or with both of two that exclude each other, is refused', () => {
  const cases: [object, string][] = [
    [{ Effect: undefined }, 'Missing required field Effect'],
    [{ Effect: 'allow' }, 'Invalid effect: "allow"'],
    [{ Sid: 1 }, 'Syntax error in policy: Sid must be a string'],
    [{ Extra: 1 }, 'Syntax error in policy: unknown field Extra'],
    [{ Principal: undefined }, 'Missing required field Principal'],
    [{ Principal: {} }, 'Missing required field Principal'],
    [{ NotPrincipal: '*' }, 'Has prohibited field NotPrincipal'],
    [{ Action: undefined }, 'Policy statement must contain actions.'],
    [{ Action: [] }, 'Policy statement must contain actions.'],
    [{ Action: [1] }, 'Syntax error in policy: invalid Action'],
    [{ NotAction: 'a' }, 'Syntax error in policy: Action and NotAction exclude each other'],
    [{ Resource: undefined }, 'Policy statement must contain resources.'],
    [{ Resource: {} }, 'Syntax error in policy: invalid Resource'],
    [{ NotResource: '*' }, 'Syntax error in policy: Resource and NotResource exclude each other'],
  ]
  for (const [given, problem] of cases) assert.equal(problemOfStatement(given), problem)
})

test('no document makes it throw', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => void parse(value)))
  fc.assert(fc.property(fc.jsonValue(), (value) => void problemOf({ Statement: { ...statement, Principal: value } })))
  fc.assert(fc.property(fc.string(), (text) => void parsePolicyDocument(text)))
})
