import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serviceModel } from '@millrace/aws-models'
import { ShapeTable } from '../../shape/shape-node.js'
import { queryCodec } from './query-codec.js'

const sts = new ShapeTable(serviceModel('sts'))
const assumeRole = sts.structure('AssumeRoleRequest')
const decode = (form: string) => queryCodec.decode(Buffer.from(form), assumeRole)

const kinds = new ShapeTable({
  metadata: { apiVersion: '1', endpointPrefix: 'any', protocol: 'query', protocols: ['query'], serviceId: 'Any' },
  operations: {},
  shapes: {
    All: {
      type: 'structure',
      members: {
        Text: { shape: 'Text' },
        Map: { shape: 'Map' },
        Blob: { shape: 'Blob' },
        Time: { shape: 'Time' },
        Flag: { shape: 'Flag' },
        List: { shape: 'List' },
        Inner: { shape: 'All' },
      },
    },
    Text: { type: 'string' },
    Blob: { type: 'blob' },
    Time: { type: 'timestamp' },
    Flag: { type: 'boolean' },
    List: { type: 'list', member: { shape: 'Text' } },
    Map: { type: 'map', key: { shape: 'Text' }, value: { shape: 'Text' } },
  },
}).structure('All')

test('a form is read by the model: structures, lists, numbers', () => {
  const form =
    'Action=AssumeRole&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fa+b&DurationSeconds=900&Tags.member.1.Key=k&Tags.member.1.Value=%C3%A4' +
    '&TransitiveTagKeys.member.10=ten&TransitiveTagKeys.member.2=two'
  assert.deepEqual(decode(form), {
    ok: true,
    value: {
      RoleArn: 'arn:aws:iam::1:role/a b',
      DurationSeconds: 900,
      Tags: [{ Key: 'k', Value: 'ä' }],
      TransitiveTagKeys: ['two', 'ten'],
    },
  })
})

test('maps, blobs, times and flags have forms of their own', () => {
  const form =
    'Map.entry.1.key=__proto__&Map.entry.1.value=v&Blob=AAE%3D&Time=2026-11-24T12%3A00%3A00Z&Flag=True&Inner.Flag=false'
  const decoded = queryCodec.decode(Buffer.from(form), kinds)
  assert.ok(decoded.ok)
  const { Map: map, ...rest } = decoded.value
  assert.deepEqual(Object.entries(map as object), [['__proto__', 'v']])
  assert.deepEqual(rest, {
    Blob: Buffer.from([0, 1]),
    Time: new Date('2026-11-24T12:00:00Z'),
    Flag: true,
    Inner: { Flag: false },
  })
})

test('what is not asked for is ignored, an empty list is one, and the first of several counts', () => {
  assert.deepEqual(decode('X=1&RoleArn=a&RoleArn=b&Tags=&&=&a.b..c'), { ok: true, value: { RoleArn: 'a', Tags: [] } })
})

test('a value that is not of its type is refused', () => {
  for (const form of ['DurationSeconds=x', 'DurationSeconds=', 'Tags.member.a.Key=k']) assert.equal(decode(form).ok, false, form)
  for (const form of ['Flag=yes', 'Time=today', 'Blob=A', 'Map.entry.1.value=v']) {
    assert.equal(queryCodec.decode(Buffer.from(form), kinds).ok, false, form)
  }
})

test('a form of endless steps is refused', () => {
  assert.equal(decode(`RoleArn${'.a'.repeat(1000)}=b`).ok, false)
  assert.equal(decode(Array.from({ length: 10_001 }, (_, i) => `a.${i}=`).join('&')).ok, false)
})

test('a result is written by the model, and nothing in it can end an element', () => {
  const value = {
    Text: '<a b="c">&\r\u0000\ud800',
    Map: { k: 'v' },
    Blob: Buffer.from([0, 1]),
    Time: new Date('2026-11-24T12:00:00Z'),
    Flag: true,
    List: ['x', 'y'],
    Inner: {},
  }
  assert.equal(
    queryCodec.encode(value, kinds).toString(),
    `    <Text>&lt;a b=&quot;c&quot;&gt;&amp;&#xD;\ufffd\ufffd</Text>
    <Map>
      <entry>
        <key>k</key>
        <value>v</value>
      </entry>
    </Map>
    <Blob>AAE=</Blob>
    <Time>2026-11-24T12:00:00Z</Time>
    <Flag>true</Flag>
    <List>
      <member>x</member>
      <member>y</member>
    </List>
    <Inner/>
`,
  )
})
