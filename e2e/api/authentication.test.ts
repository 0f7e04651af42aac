import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { amzDate, decodeCbor, encodeCbor, presigned, type Scope } from '@millrace/testkit'
import { assertError, assertReplyHeaders } from './client/expect.js'
import { type Answer, cborType, jsonType, kinesis, type Request } from './client/kinesis.js'

const api = await kinesis()

const headers = { 'Content-Type': jsonType, 'X-Amz-Target': 'Kinesis_20131202.ListStreams' }
const call = async (change: Partial<Request>): Promise<Answer> => {
  const reply = await api.send({ headers, body: '{}', ...change })
  assertReplyHeaders(reply)
  assert.equal(reply.headers.get('content-type'), jsonType)
  return { status: reply.status, headers: reply.headers, body: reply.json }
}
const unsigned = (more: Record<string, string>, target = '/') => call({ headers: { ...headers, ...more }, target, sign: false })

const minutes = (n: number): Date => new Date(Date.now() + n * 60_000)
const mismatch =
  /^The request signature we calculated does not match the signature you provided\. Check your AWS Secret Access Key and signing method\. /

suite('a request without credentials', () => {
  const missing = ['MissingAuthenticationTokenException', 'Missing Authentication Token'] as const

  test('lacks its token', async () => assertError(await unsigned({}), ...missing))

  test('lacks it also with all query parameters but the algorithm', async () => {
    assertError(await unsigned({}, '/?X-Amz-Credential=a&X-Amz-Signature=b&X-Amz-SignedHeaders=c&X-Amz-Date=d'), ...missing)
  })

  test('hears so in CBOR when it speaks CBOR', async () => {
    const reply = await api.send({ headers: { ...headers, 'Content-Type': cborType }, body: Buffer.from([0xa0]), sign: false })
    assert.deepEqual(decodeCbor(reply.body), { __type: missing[0], message: missing[1] })
    assert.equal(reply.status, 400)
    assert.equal(reply.headers.get('content-type'), cborType)
  })

  test('hears of wrong types and violations only after it has signed', async () => {
    for (const body of ['{"Limit":"x"}', '{"Limit":0}']) assertError(await call({ body, sign: false }), ...missing)
  })
})

suite('an incomplete Authorization header', () => {
  const part = { c: "'Credential' parameter. ", s: "'Signature' parameter. ", h: "'SignedHeaders' parameter. " }
  const date = "existence of either a 'X-Amz-Date' or a 'Date' header. "
  const cases: [header: string, dated: Record<string, string>, missing: string[]][] = [
    ['X', {}, [part.c, part.s, part.h, date]],
    ['X', { Date: 'a' }, [part.c, part.s, part.h]],
    ['X', { 'X-Amz-Date': 'a' }, [part.c, part.s, part.h]],
    ['AWS4-HMAC-SHA256', {}, [part.c, part.s, part.h, date]],
    ['AWS4- Signature=b Credential=a', { Date: 'a' }, [part.h]],
    ['AWS4- Signature=b,Credential=a', { Date: 'a' }, [part.h]],
    ['AWS4- Signature=b, Credential=a', { Date: 'a' }, [part.h]],
    ['AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b', {}, [part.s, date]],
    ['AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c', {}, [date]],
    ['AWS4-HMAC-SHA256 Credential=, SignedHeaders=b, Signature=', { Date: 'a' }, [part.c, part.s]],
  ]
  for (const [header, dated, missing] of cases) {
    test(`'${header}' with ${Object.keys(dated)[0] ?? 'no date'} is told all that it lacks`, async () => {
      const text = `${missing.map((what) => `Authorization header requires ${what}`).join('')}Authorization=${header}`
      assertError(await unsigned({ Authorization: header, ...dated }), 'IncompleteSignatureException', text)
    })
  }

  test('counts also when the query has something that looks like an algorithm', async () => {
    const answer = await unsigned({ Authorization: 'X' }, '/?X-Amz-Algorith')
    assertError(answer, 'IncompleteSignatureException', /^Authorization header requires 'Credential' parameter\. /)
  })
})

suite('an incomplete signature in the query', () => {
  const names = ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Signature', 'X-Amz-SignedHeaders', 'X-Amz-Date']
  const queries: [query: string, missing: string[]][] = [
    ['X-Amz-Algorithm', names],
    ['X-Amz-Algorithm=', names],
    ['X-Amz-Algorithm=a', names.slice(1)],
    ['X-Amz-Algorithm=a&X-Amz-Credential=b', names.slice(2)],
    ['X-Amz-Algorithm=a&X-Amz-Signature=b', ['X-Amz-Credential', 'X-Amz-SignedHeaders', 'X-Amz-Date']],
    ['X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-SignedHeaders=d', ['X-Amz-Date']],
  ]
  for (const [query, missing] of queries) {
    test(`${query} is told all that it lacks`, async () => {
      const text = missing.map((name) => `AWS query-string parameters must include '${name}'. `).join('')
      assertError(
        await unsigned({}, `/?${query}`),
        'IncompleteSignatureException',
        `${text}Re-examine the query-string parameters.`,
      )
    })
  }

  test('together with an Authorization header is one credential too many', async () => {
    for (const query of ['X-Amz-Algorithm', 'X-Amz-Algorithm=a']) {
      const text = "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."
      assertError(await unsigned({ Authorization: 'X' }, `/?${query}`), 'InvalidSignatureException', text)
    }
  })
})

suite('a signature that does not hold', () => {
  test('made with another secret', async () => {
    const credentials = { ...api.credentials, secretAccessKey: 'not the secret' }
    assertError(await call({ sign: { credentials } }), 'InvalidSignatureException', mismatch)
  })

  test('over another body', async () => {
    const request = api.bytes({ headers, body: '{"Limit":10}' }).toString().replace('"Limit":10', '"Limit":11')
    assertError(await exchange(request), 'InvalidSignatureException', mismatch)
  })

  test('over another target', async () => {
    const request = api.bytes({ headers, body: '{}' }).toString().replace('ListStreams', 'DescribeStream')
    assertError(await exchange(request), 'InvalidSignatureException', mismatch)
  })

  test('over another path or query', async () => {
    const request = api.bytes({ headers, body: '{}', target: '/a?b=c' }).toString()
    assertError(await exchange(request.replace('/a?b=c', '/b?b=c')), 'InvalidSignatureException', mismatch)
    assertError(await exchange(request.replace('/a?b=c', '/a?b=d')), 'InvalidSignatureException', mismatch)
  })

  test('over another host', async () => {
    const request = api
      .bytes({ headers, body: '{}' })
      .toString()
      .replace(/Host: [^\r]*/, 'Host: elsewhere.example')
    assertError(await exchange(request), 'InvalidSignatureException', mismatch)
  })

  test('with one digit changed', async () => {
    const request = api.bytes({ headers, body: '{}' }).toString()
    const changed = request.replace(/Signature=(.)/, (_, digit: string) => `Signature=${digit === '0' ? '1' : '0'}`)
    assertError(await exchange(changed), 'InvalidSignatureException', mismatch)
  })

  test('for another service', async () => {
    assertError(await call({ sign: { service: 'dynamodb' } }), 'InvalidSignatureException', /./)
  })

  test('in a scope of another day', async () => {
    const request = api.bytes({ headers, body: '{}' }).toString()
    const changed = request.replace(/(Credential=[^/]*)\/\d{8}\//, '$1/20150101/')
    assertError(await exchange(changed), 'InvalidSignatureException', /./)
  })

  test('with a scope of too few parts', async () => {
    const request = api
      .bytes({ headers, body: '{}' })
      .toString()
      .replace(/Credential=[^,]*/, 'Credential=a/b')
    const answer = await exchange(request)
    assert.equal(answer.status, 400)
    assert.match(answer.body.__type, /^(InvalidSignature|IncompleteSignature)Exception$/)
  })
})

suite('the clock', () => {
  const stamp = String.raw`\d{8}T\d{6}Z`

  test('may differ by a little less than five minutes', async () => {
    for (const at of [minutes(-4.8), minutes(4.8)]) assert.equal((await call({ sign: { at } })).status, 200)
  })

  test('may not be further behind', async () => {
    const at = minutes(-6)
    const text = new RegExp(String.raw`^Signature expired: ${amzDate(at)} is now earlier than ${stamp} \(${stamp} - 5 min\.\)$`)
    assertError(await call({ sign: { at } }), 'InvalidSignatureException', text)
  })

  test('may not be further ahead', async () => {
    const at = minutes(6)
    const text = new RegExp(
      String.raw`^Signature not yet current: ${amzDate(at)} is still later than ${stamp} \(${stamp} \+ 5 min\.\)$`,
    )
    assertError(await call({ sign: { at } }), 'InvalidSignatureException', text)
  })
})

suite('a key that nobody has', () => {
  const invalid = ['UnrecognizedClientException', 'The security token included in the request is invalid.'] as const

  test('is not recognised', async () => {
    const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: api.credentials.secretAccessKey }
    assertError(await call({ sign: { credentials } }), ...invalid)
  })

  test('includes every session token', async () => {
    assertError(await call({ headers: { ...headers, 'X-Amz-Security-Token': 'token' } }), ...invalid)
  })
})

suite('what is refused in CBOR', () => {
  const cbor = { ...headers, 'Content-Type': cborType }
  const wrongSecret = { ...api.credentials, secretAccessKey: 'not the secret' }
  const nobody = { ...api.credentials, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }
  const refused: [title: string, change: Partial<Request>, type: string, message: RegExp][] = [
    ['no signature', { sign: false }, 'MissingAuthenticationTokenException', /^Missing Authentication Token$/],
    [
      'an incomplete header',
      { headers: { ...cbor, Authorization: 'X' }, sign: false },
      'IncompleteSignatureException',
      /^Authorization header requires 'Credential' parameter\. /,
    ],
    [
      'an incomplete query',
      { target: '/?X-Amz-Algorithm', sign: false },
      'IncompleteSignatureException',
      /^AWS query-string parameters must include 'X-Amz-Algorithm'\. /,
    ],
    [
      'a signature in both',
      { target: '/?X-Amz-Algorithm=a', headers: { ...cbor, Authorization: 'X' }, sign: false },
      'InvalidSignatureException',
      /^Found both /,
    ],
    ['another secret', { sign: { credentials: wrongSecret } }, 'InvalidSignatureException', mismatch],
    [
      'another service',
      { sign: { service: 'dynamodb' } },
      'InvalidSignatureException',
      /^Credential should be scoped to correct service/,
    ],
    ['an old signature', { sign: { at: minutes(-6) } }, 'InvalidSignatureException', /^Signature expired: /],
    ['a signature of the future', { sign: { at: minutes(6) } }, 'InvalidSignatureException', /^Signature not yet current: /],
    [
      'an unknown key',
      { sign: { credentials: nobody } },
      'UnrecognizedClientException',
      /^The security token included in the request is invalid\.$/,
    ],
    [
      'a session token',
      { headers: { ...cbor, 'X-Amz-Security-Token': 'token' } },
      'UnrecognizedClientException',
      /^The security token included in the request is invalid\.$/,
    ],
  ]
  for (const [title, change, type, message] of refused) {
    test(`${title} has the code and text that it has in JSON`, async () => {
      const reply = await api.send({ headers: cbor, body: Buffer.from([0xa0]), ...change })
      assertReplyHeaders(reply)
      assert.equal(reply.headers.get('content-type'), cborType)
      assertError({ status: reply.status, headers: reply.headers, body: decodeCbor(reply.body) }, type, message)
    })

    test(`${title} counts for less than a body that is no CBOR, and for more than one of wrong types`, async () => {
      const malformed = await api.send({ headers: cbor, body: Buffer.from([0xbf]), ...change })
      assert.deepEqual(decodeCbor(malformed.body), { __type: 'SerializationException' })
      const mistyped = await api.send({ headers: cbor, body: encodeCbor({ Limit: 'x' }), ...change })
      assertError({ status: mistyped.status, headers: mistyped.headers, body: decodeCbor(mistyped.body) }, type, message)
    })
  }
})

suite('a good signature', () => {
  test('holds in any region, each of which is a name space of its own', async () => {
    for (const region of ['us-east-1', 'cn-north-1', 'anywhere']) assert.equal((await call({ sign: { region } })).status, 200)
  })

  test('holds without a port in Host, and for a host name', async () => {
    for (const host of ['127.0.0.1', 'kinesis.us-east-1.amazonaws.com', 'localhost:80'])
      assert.equal((await call({ host })).status, 200)
  })

  test('holds with more headers, with blanks in them, and with any case of their names', async () => {
    const more = {
      ...headers,
      'X-Amz-Meta': '  a   b  ',
      'user-AGENT': 'some agent/1.0 (x)',
      'AMZ-sdk-request': 'attempt=1; max=3',
    }
    assert.equal((await call({ headers: more })).status, 200)
  })

  test('holds over the length as well', async () => {
    const more = { ...headers, 'Content-Length': '2' }
    const request = api.bytes({ headers: more, body: '{}' }).toString()
    assert.equal((await exchange(request.replace(/\r\nContent-Length: 2\r\n\r\n/, '\r\n\r\n'))).status, 200)
  })

  test('holds without blanks between its parts', async () => {
    const request = api
      .bytes({ headers, body: '{}' })
      .toString()
      .replaceAll(/, (SignedHeaders|Signature)=/g, ',$1=')
    assert.equal((await exchange(request)).status, 200)
  })

  test('holds with query parameters in any order', async () => {
    assert.equal((await call({ target: '/?b=2&a=1&B=&a=0' })).status, 200)
  })
})

suite('a presigned request', () => {
  const host: [string, string] = ['Host', api.endpoint.url.host]
  const all: [string, string][] = [host, ...Object.entries(headers)]
  const send = (scope: Partial<Scope>, expiresSeconds: number, body = '{}') => {
    const own: Scope = { credentials: api.credentials, region: api.region, service: 'kinesis', at: new Date(), ...scope }
    const target = presigned({ method: 'POST', target: '/', headers: all, body: Buffer.from('{}') }, own, expiresSeconds)
    return call({ target, body, sign: false })
  }

  test('is served', async () => assert.equal((await send({}, 60)).status, 200))

  test('is served for as long as it says, beyond five minutes', async () => {
    assert.equal((await send({ at: minutes(-10) }, 3600)).status, 200)
  })

  test('is not served afterwards', async () => {
    assertError(await send({ at: minutes(-2) }, 60), 'InvalidSignatureException', /^Signature expired: /)
  })

  test('does not hold for another body or another secret', async () => {
    assertError(await send({}, 60, '{"Limit":1}'), 'InvalidSignatureException', mismatch)
    const credentials = { ...api.credentials, secretAccessKey: 'not the secret' }
    assertError(await send({ credentials }, 60), 'InvalidSignatureException', mismatch)
  })
})

/** Sends the bytes of a request as they are. */
async function exchange(request: string): Promise<Answer> {
  const reply = await api.exchange(request)
  return { status: reply.status, headers: reply.headers, body: reply.json }
}
