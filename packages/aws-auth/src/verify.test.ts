import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { test } from 'node:test'
import { SignatureV4 } from '@smithy/signature-v4'
import fc from 'fast-check'
import { canonicalRequest } from './canonical-request.js'
import { presignRequest, signRequest } from './sign.js'
import type { SignedRequest } from './signed-request.js'
import { deriveSigningKey } from './signing-key.js'
import { verifySignature } from './verify.js'

const credential = { secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const accessKeyId = 'AKIDEXAMPLE'
const find = (id: string) => (id === accessKeyId ? credential : undefined)
const nowMs = Date.parse('2015-08-30T12:36:00Z')
const signer = { accessKeyId, ...credential, region: 'us-east-1', service: 'kinesis' }

const sha256 = (body: string | Uint8Array): string => createHash('sha256').update(body).digest('hex')

function request(headers: Readonly<Record<string, string>>, change: Partial<SignedRequest> = {}): SignedRequest {
  return { method: 'POST', target: '/', headers: { get: (name) => headers[name] }, bodySha256: sha256('{}'), ...change }
}

const plain = { method: 'POST', target: '/', headers: { host: 'h', 'x-amz-target': 't' }, body: Buffer.from('{}') }

/** The reason why a signed request is refused; undefined where it is not. */
function refusal(
  headers: Readonly<Record<string, string>>,
  change: Partial<SignedRequest> = {},
  atMs = nowMs,
): string | undefined {
  const result = verifySignature(request(headers, change), find, atMs)
  return result.ok ? undefined : `${result.error.kind}: ${'message' in result.error ? result.error.message : ''}`
}

/** What the SDK's signer needs of a hash. */
class Sha256 {
  private readonly hash
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string)
  }
  update(data: string | Uint8Array): void {
    this.hash.update(data)
  }
  async digest(): Promise<Uint8Array> {
    return this.hash.digest()
  }
  reset(): void {}
}

const sdk = new SignatureV4({
  credentials: { accessKeyId, ...credential },
  region: 'eu-west-3',
  service: 'kinesis',
  sha256: Sha256,
})

const sdkRequest = fc.record({
  method: fc.constantFrom('POST', 'GET', 'PUT'),
  path: fc
    .array(fc.stringMatching(/^[a-zA-Z0-9 \u00e9%+~.-]{1,8}$/), { maxLength: 3 })
    .map((parts) => `/${parts.map(encodeURIComponent).join('/')}`),
  query: fc.dictionary(fc.stringMatching(/^[a-zA-Z0-9 \u00e9=&+~-]{1,8}$/), fc.stringMatching(/^[a-zA-Z0-9 \u00e9=&+~-]{0,8}$/), {
    maxKeys: 4,
    noNullPrototype: true,
  }),
  headers: fc.dictionary(fc.stringMatching(/^x-[a-z0-9-]{1,8}$/), fc.stringMatching(/^[!-~ ]{0,20}$/), {
    maxKeys: 5,
    noNullPrototype: true,
  }),
  body: fc.string({ maxLength: 50 }),
})

function wireTarget(path: string, query: Readonly<Record<string, unknown>> | undefined): string {
  const pairs = Object.entries(query ?? {}).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  )
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`
}

test('takes what the AWS SDK signs, in the header and in the query, and tells region and service', async () => {
  await fc.assert(
    fc.asyncProperty(sdkRequest, fc.boolean(), async ({ method, path, query, headers, body }, presigned) => {
      const unsigned = {
        method,
        path,
        query,
        headers: { host: 'localhost:4567', ...headers },
        body,
        hostname: 'localhost',
        protocol: 'http:',
      }
      const signingDate = new Date(nowMs)
      const signed = await (presigned
        ? sdk.presign(unsigned, { signingDate, expiresIn: 60 })
        : sdk.sign(unsigned, { signingDate }))
      const received: SignedRequest = {
        method,
        target: wireTarget(path, signed.query),
        headers: { get: (name) => signed.headers[name] },
        bodySha256: sha256(body),
      }
      const result = verifySignature(received, find, nowMs)
      assert.deepEqual(result, { ok: true, value: { credential, accessKeyId, region: 'eu-west-3', service: 'kinesis' } })
      const tampered = verifySignature({ ...received, bodySha256: sha256(`${body}x`) }, find, nowMs)
      assert.equal(tampered.ok, false)
    }),
  )
})

test('takes the examples that AWS publishes', () => {
  const scope = 'AKIDEXAMPLE/20150830/us-east-1/service/aws4_request'
  const examples = [
    ['GET', '/', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['POST', '/', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    ['GET', '/?Param2=value2&Param1=value1', 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500'],
  ] as const
  for (const [method, target, signature] of examples) {
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`
    const headers = { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z', authorization }
    assert.equal(refusal(headers, { method, target, bodySha256: sha256('') }), undefined, `${method} ${target}`)
  }
})

test('refuses a request of which anything that is signed was changed', () => {
  const signed = signRequest(plain, signer, nowMs)
  const mismatch =
    /^SignatureMismatch: The request signature we calculated does not match the signature you provided\. Check your AWS Secret Access Key and signing method\. Consult the service documentation for details\.$/
  assert.equal(refusal(signed), undefined)
  for (const change of [{ method: 'GET' }, { target: '/a' }, { target: '/?a' }, { bodySha256: sha256('[]') }]) {
    assert.match(refusal(signed, change) ?? '', mismatch, JSON.stringify(change))
  }
  for (const name of ['host', 'x-amz-target']) assert.match(refusal({ ...signed, [name]: 'other' }) ?? '', mismatch, name)
  assert.match(refusal({ ...signed, 'x-amz-date': '20150830T123601Z' }) ?? '', mismatch)
  const authorization = signed.authorization as string
  for (const changed of [authorization.slice(0, -1), `${authorization}0`, authorization.replace(/Signature=./, 'Signature=g')]) {
    assert.match(refusal({ ...signed, authorization: changed }) ?? '', mismatch, changed)
  }
  assert.equal(refusal({ ...signed, 'user-agent': 'not signed' }), undefined)
})

test('takes a header without blanks, or with more of them, between its parts', () => {
  const signed = signRequest(plain, signer, nowMs)
  for (const between of [',', ',  ', ' ']) {
    assert.equal(refusal({ ...signed, authorization: (signed.authorization as string).replaceAll(', ', between) }), undefined)
  }
})

test('takes the date from an HTTP Date header where there is no other', () => {
  const headers: Record<string, string> = { host: 'h', date: 'Sun, 30 Aug 2015 12:36:00 GMT' }
  const canonical = canonicalRequest('POST', '/', { get: (name) => headers[name] }, 'date;host', sha256('{}'))
  const scope = '20150830/us-east-1/kinesis/aws4_request'
  const key = deriveSigningKey(credential.secretAccessKey, '20150830', 'us-east-1', 'kinesis')
  const signature = key.sign(`AWS4-HMAC-SHA256\n20150830T123600Z\n${scope}\n${sha256(canonical)}`)
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=date;host, Signature=${signature}`
  assert.equal(refusal({ ...headers, authorization }), undefined)
  const undated = refusal({ ...headers, authorization, date: 'yesterday' })
  assert.match(undated ?? '', /^IncompleteSignature: Date must be in ISO-8601 'basic format'\. Got 'yesterday'/)
})

test('allows five minutes of clock skew either way', () => {
  const signed = signRequest(plain, signer, nowMs)
  assert.equal(refusal(signed, {}, nowMs + 300_000), undefined)
  assert.equal(refusal(signed, {}, nowMs - 300_000), undefined)
  assert.equal(
    refusal(signed, {}, nowMs + 301_000),
    'SignatureExpired: Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)',
  )
  assert.equal(
    refusal(signed, {}, nowMs - 301_000),
    'SignatureExpired: Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)',
  )
})

test('takes a presigned request for as long as it says, up to a week', () => {
  const at = (seconds: number, expires: number) => {
    const target = presignRequest(plain, signer, expires, nowMs)
    return refusal(plain.headers, { target }, nowMs + seconds * 1000)
  }
  assert.equal(at(600, 601), undefined)
  assert.equal(at(604_800, 604_800), undefined)
  assert.equal(at(60, 59), 'SignatureExpired: Signature expired: 20150830T123659Z is now earlier than 20150830T123700Z')
  for (const expires of [0, -1, 604_801, 1e9]) assert.match(at(0, expires) ?? '', /^IncompleteSignature: X-Amz-Expires must be/)
})

test('does not know access keys that nobody has, nor any session token', () => {
  const unknown = 'UnrecognizedClient: The security token included in the request is invalid.'
  assert.equal(refusal(signRequest(plain, { ...signer, accessKeyId: 'AKIDOTHER' }, nowMs)), unknown)
  assert.equal(refusal({ ...signRequest(plain, signer, nowMs), 'x-amz-security-token': 'token' }), unknown)
  const target = `${presignRequest(plain, signer, 60, nowMs)}&X-Amz-Security-Token=token`
  assert.equal(refusal(plain.headers, { target }), unknown)
})

test('says all that is wrong with a credential scope', () => {
  const signed = signRequest(plain, signer, nowMs)
  const scoped = (credential: string) =>
    refusal({
      ...signed,
      authorization: (signed.authorization as string).replace(/Credential=[^,]*/, `Credential=${credential}`),
    })
  assert.equal(
    scoped('AKIDEXAMPLE/20150829/US/a_b/aws5_request'),
    "SignatureMismatch: Credential should be scoped to a valid region, not 'US'. Credential should be scoped to correct service: 'a_b'. " +
      "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. " +
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20150829' != '20150830', from '20150830T123600Z'. ",
  )
  assert.equal(
    scoped('a/b'),
    "IncompleteSignature: Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b'",
  )
})

test('requires that the host is signed', () => {
  const signed = signRequest({ ...plain, headers: { 'x-amz-target': 't' } }, signer, nowMs)
  assert.equal(refusal(signed), "SignatureMismatch: 'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
})

test('lists every part that is missing, in AWS order', () => {
  assert.equal(refusal({}), 'MissingAuthenticationToken: ')
  assert.equal(
    refusal({ authorization: 'X' }),
    "IncompleteSignature: Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=X",
  )
  assert.equal(
    refusal({}, { target: '/?X-Amz-Algorithm=a&X-Amz-Signature=b' }),
    "IncompleteSignature: AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters.",
  )
  assert.equal(
    refusal({ authorization: 'X' }, { target: '/?X-Amz-Algorithm' }),
    "InvalidSignature: Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
  )
})

test('refuses another algorithm', () => {
  const signed = signRequest(plain, signer, nowMs)
  const authorization = (signed.authorization as string).replace('SHA256', 'SHA512')
  assert.equal(refusal({ ...signed, authorization }), "IncompleteSignature: Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512'.")
})

test('follows a secret that is rotated, though the key of the old one was in use', () => {
  const signed = signRequest(plain, signer, nowMs)
  assert.equal(refusal(signed), undefined)
  const rotated = { secretAccessKey: 'rotated' }
  assert.equal(verifySignature(request(signed), () => rotated, nowMs).ok, false)
  const anew = signRequest(plain, { ...signer, ...rotated }, nowMs)
  assert.equal(verifySignature(request(anew), () => rotated, nowMs).ok, true)
})

test('refuses whatever bytes stand in the header or the query, without failing', () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary-ascii', maxLength: 30 }),
    fc.constantFrom(
      'AWS4-HMAC-SHA256',
      ' Credential=',
      'Signature=',
      'SignedHeaders=',
      ',',
      ' ',
      '/',
      'host',
      '?X-Amz-Algorithm=AWS4-HMAC-SHA256&',
      'X-Amz-Credential=',
      '%',
      '=',
    ),
  )
  const text = fc.array(part, { maxLength: 10 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, text, text, (authorization, target, date) => {
      assert.equal(
        verifySignature(request({ authorization, 'x-amz-date': date }, { target: `/${target}` }), find, nowMs).ok,
        false,
      )
    }),
  )
})
