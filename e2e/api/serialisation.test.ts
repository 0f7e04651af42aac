import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assertError, assertSerializationError } from './client/expect.js'
import { kinesis } from './client/kinesis.js'
import { operations } from './client/operation-inputs.js'
import { type MemberType, members } from './client/operation-members.js'

const api = await kinesis()

const number = (to: string) => `class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to ${to}`
const javaClass = (name: string, to: string) => `class java.lang.${name} can not be converted to ${to}`
const list = 'Start of list found where not expected'
const structure = 'Start of structure or map found where not expected.'
const numbers = ['23', '-2147483648', '2147483648', '34.56']
const each = (values: readonly string[], text: string) => values.map((value) => [value, text] as const)
const milliseconds = 'milliseconds since epoch'

/** For every type, values in JSON that are not of it, and what AWS says of them. */
const wrongValues: Readonly<Record<MemberType, readonly (readonly [value: string, message: string])[]>> = {
  String: [['true', javaClass('Boolean', 'an String')], ...each(numbers, number('an String')), ['[]', list], ['{}', structure]],
  Integer: [
    ['"23"', javaClass('String', 'an Integer')],
    ['true', javaClass('Boolean', 'an Integer')],
    ['[]', list],
    ['{}', structure],
  ],
  Boolean: [
    ...each(['23', '-2147483648', '2147483648'], number('an Boolean')),
    ['"23"', "'23' can not be converted to an Boolean"],
    ['[]', list],
    ['{}', structure],
  ],
  Blob: [
    ['true', javaClass('Boolean', 'a Blob')],
    ...each(numbers, number('a Blob')),
    ['[]', list],
    ['{}', structure],
    ['"23456"', "'23456' can not be converted to a Blob: Base64 encoded length is expected a multiple of 4 bytes but found: 5"],
    ['"=+/="', "'=+/=' can not be converted to a Blob: Invalid Base64 character: '='"],
    ['"+/+="', "'+/+=' can not be converted to a Blob: Invalid last non-pad Base64 character dectected"],
  ],
  Timestamp: [
    ['true', javaClass('Boolean', milliseconds)],
    ['"23"', javaClass('String', milliseconds)],
    ['[]', list],
    ['{}', structure],
  ],
  List: [...each(['"23"', 'true', ...numbers], 'Expected list or null'), ['{}', structure]],
  Map: [...each(['"23"', 'true', ...numbers], 'Expected map or null'), ['[]', list]],
  Structure: [...each(['"23"', 'true', ...numbers], 'Expected null'), ['[]', list]],
}

/** `{"Records":[{"Data":VALUE}]}` for the path `Records.0.Data`. */
function inputWith(path: string, value: string): string {
  return path.split('.').reduceRight((inner, step) => (step === '0' ? `[${inner}]` : `{${JSON.stringify(step)}:${inner}}`), value)
}

test('the members of every operation that has any are tried', () => {
  const tried = [...Object.keys(members), 'DescribeAccountSettings', 'DescribeLimits']
  assert.deepEqual(new Set(tried), new Set(operations))
})

for (const [operation, types] of Object.entries(members)) {
  suite(operation, () => {
    for (const [path, type] of Object.entries(types)) {
      test(`takes nothing but a ${type} as ${path}`, async () => {
        for (const [value, message] of wrongValues[type]) {
          assertSerializationError(await api.call(operation, inputWith(path, value)), message)
        }
      })
    }
  })
}

suite('a wrong type', () => {
  test('is found in the last of many records', async () => {
    const good = Array.from({ length: 200 }, () => ({ Data: 'AAAA', PartitionKey: 'a' }))
    const answer = await api.call('PutRecords', { StreamName: 'any', Records: [...good, { Data: 'AAAA', PartitionKey: 23 }] })
    assertSerializationError(answer, number('an String'))
  })

  test('is reported before any violation of a constraint', async () => {
    assertSerializationError(await api.call('DescribeStream', { StreamName: '', Limit: 'x' }), javaClass('String', 'an Integer'))
    assertSerializationError(await api.call('PutRecord', { StreamName: '', PartitionKey: '', Data: 23 }), number('a Blob'))
  })

  test('in a member that is not known is ignored', async () => {
    assert.equal((await api.call('ListStreams', '{"Unknown":[{"a":{}}]}')).status, 200)
  })
})

suite('base64', () => {
  const refused: [data: string, what: string][] = [
    ['AAA', 'Base64 encoded length is expected a multiple of 4 bytes but found: 3'],
    ['A', 'Base64 encoded length is expected a multiple of 4 bytes but found: 1'],
    ['AA=A', "Invalid Base64 character: '='"],
    ['AA-_', "Invalid Base64 character: '-'"],
    ['A_AA', "Invalid Base64 character: '_'"],
    ['AA A', "Invalid Base64 character: ' '"],
    ['AAB=', 'Invalid last non-pad Base64 character dectected'],
    ['AB==', 'Invalid last non-pad Base64 character dectected'],
  ]
  for (const [data, what] of refused) {
    test(`'${data}' is refused alone and in a batch`, async () => {
      const message = `'${data}' can not be converted to a Blob: ${what}`
      assertSerializationError(await api.call('PutRecord', { StreamName: 'any', PartitionKey: 'a', Data: data }), message)
      const Records = [
        { PartitionKey: 'a', Data: '' },
        { PartitionKey: 'b', Data: data },
      ]
      assertSerializationError(await api.call('PutRecords', { StreamName: 'any', Records }), message)
    })
  }

  test('may be written with JSON escapes', async () => {
    const answer = await api.call('PutRecord', `{"StreamName":"nobody","PartitionKey":"a","Data":"\\u0041A\\/\\u002f"}`)
    assertError(answer, 'ResourceNotFoundException', `Stream nobody under account ${api.account} not found.`)
  })
})
