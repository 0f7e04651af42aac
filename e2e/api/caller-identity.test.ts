import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { presigned, type Scope } from '@millrace/testkit'
import { assertReplyHeaders } from './client/expect.js'
import { kinesis, type Request } from './client/kinesis.js'
import { exists, runClient } from './client/program.js'
import type { Reply } from './client/wire.js'

const api = await kinesis()
const form = { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' }
const service = 'sts'
const version = 'Version=2011-06-15'
const body = `Action=GetCallerIdentity&${version}`
const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/'

const send = async (change: Partial<Request>): Promise<Reply> => {
  const reply = await api.send({ headers: form, body, sign: { service }, ...change })
  assertReplyHeaders(reply)
  return reply
}

const requestId = (reply: Reply): string => reply.headers.get('x-amzn-requestid') ?? ''

function assertIdentity(reply: Reply): void {
  assert.equal(
    reply.text,
    [
      `<GetCallerIdentityResponse xmlns="${namespace}">`,
      '  <GetCallerIdentityResult>',
      `    <UserId>${api.account}</UserId>`,
      `    <Account>${api.account}</Account>`,
      `    <Arn>arn:aws:iam::${api.account}:root</Arn>`,
      '  </GetCallerIdentityResult>',
      '  <ResponseMetadata>',
      `    <RequestId>${requestId(reply)}</RequestId>`,
      '  </ResponseMetadata>',
      '</GetCallerIdentityResponse>',
      '',
    ].join('\n'),
  )
  assert.equal(reply.status, 200)
  assert.equal(reply.headers.get('content-type'), 'text/xml')
}

function assertRefused(reply: Reply, status: number, code: string, message: string | RegExp): void {
  const [, said = ''] = /<Message>(.*)<\/Message>/.exec(reply.text) ?? []
  if (typeof message === 'string') assert.equal(said, message)
  else assert.match(said, message)
  assert.equal(
    reply.text,
    `<ErrorResponse xmlns="${namespace}">\n  <Error>\n    <Type>Sender</Type>\n    <Code>${code}</Code>\n    <Message>${said}</Message>\n  </Error>\n  <RequestId>${requestId(reply)}</RequestId>\n</ErrorResponse>\n`,
  )
  assert.equal(reply.status, status)
  assert.equal(reply.headers.get('content-type'), 'text/xml')
}

suite('GetCallerIdentity tells who has signed', () => {
  test('in a form', async () => assertIdentity(await send({})))

  test('in the query of a GET, and of a POST', async () => {
    assertIdentity(await send({ method: 'GET', target: `/?${body}`, headers: {}, body: '' }))
    assertIdentity(await send({ target: `/?${body}`, body: '' }))
    assertIdentity(await send({ target: `/?${version}`, body: 'Action=GetCallerIdentity' }))
  })

  test('in a presigned query', async () => {
    const scope: Scope = { credentials: api.credentials, region: 'us-east-1', service, at: new Date() }
    const headers: [string, string][] = [['Host', api.endpoint.url.host]]
    const target = presigned({ method: 'GET', target: `/?${body}`, headers, body: Buffer.alloc(0) }, scope)
    assertIdentity(await send({ method: 'GET', target, headers: {}, body: '', sign: false }))
  })

  test('with parameters that it does not know', async () => assertIdentity(await send({ body: `${body}&Unknown.member.1=a` })))

  test('over any path, in any region', async () => {
    assertIdentity(await send({ target: '/any/path', sign: { service, region: 'eu-central-1' } }))
  })
})

suite('a query that is refused', () => {
  test('has no signature', async () => {
    assertRefused(await send({ sign: false }), 403, 'MissingAuthenticationToken', 'Request is missing Authentication Token')
  })

  test('has an incomplete one', async () => {
    const Authorization = `AWS4-HMAC-SHA256 Credential=a/20261124/us-east-1/sts/aws4_request, Signature=b`
    const reply = await send({ headers: { ...form, Authorization }, sign: false })
    assertRefused(reply, 403, 'IncompleteSignature', /^Authorization header requires 'SignedHeaders' parameter\. /)
  })

  test('is signed with another secret', async () => {
    const credentials = { ...api.credentials, secretAccessKey: 'not the secret' }
    const reply = await send({ sign: { service, credentials } })
    assertRefused(reply, 403, 'SignatureDoesNotMatch', /^The request signature we calculated does not match/)
  })

  test('is signed by nobody that is known', async () => {
    const credentials = { ...api.credentials, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }
    const reply = await send({ sign: { service, credentials } })
    assertRefused(reply, 403, 'InvalidClientTokenId', 'The security token included in the request is invalid.')
  })

  test('has expired', async () => {
    const reply = await send({ sign: { service, at: new Date(Date.now() - 360_000) } })
    assertRefused(reply, 403, 'SignatureDoesNotMatch', /^Signature expired: /)
  })

  test('asks for an action that does not exist, whoever asks', async () => {
    for (const action of ['Nothing', 'AssumeRole', 'constructor', '<&>']) {
      const text = action.replace('<&>', '&lt;&amp;&gt;')
      for (const sign of [false, { service }]) {
        const reply = await send({ body: `Action=${encodeURIComponent(action)}&${version}`, sign })
        assertRefused(reply, 400, 'InvalidAction', `Could not find operation ${text} for version 2011-06-15`)
      }
    }
  })

  test('names no version, or one that there is not', async () => {
    const none = await send({ body: 'Action=GetCallerIdentity' })
    assertRefused(none, 400, 'InvalidAction', 'Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED')
    const other = await send({ body: 'Action=GetCallerIdentity&Version=2010-01-01' })
    assertRefused(other, 400, 'InvalidAction', 'Could not find operation GetCallerIdentity for version 2010-01-01')
  })

  test('is for Kinesis, which takes no forms', async () => {
    const reply = await send({ sign: { service: 'kinesis' } })
    assert.match(reply.text, /^<AccessDeniedException>/)
    assert.equal(reply.status, 403)
  })

  test('is for an API that the server does not have', async () => {
    const reply = await send({ body: 'Action=ListUsers&Version=2010-05-08', sign: { service: 'iam' } })
    assert.match(
      reply.text,
      /<Code>InvalidAction<\/Code>\n {4}<Message>Could not find operation ListUsers for version 2010-05-08</,
    )
    assert.equal(reply.status, 400)
  })
})

suite('stock clients', () => {
  test('the AWS CLI asks who it is', {
    skip: exists('aws', '--version') ? false : 'the AWS CLI is not on this machine',
  }, async () => {
    const { code, stdout, stderr } = await runClient(api, 'aws', ['sts', 'get-caller-identity', '--output', 'json'])
    assert.equal(code, 0, stderr)
    const arn = `arn:aws:iam::${api.account}:root`
    assert.deepEqual(JSON.parse(stdout), { UserId: api.account, Account: api.account, Arn: arn })
  })
})
