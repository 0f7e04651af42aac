import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type Shape, serviceModel } from '@millrace/aws-models'
import { cborBody } from '../fuzz/cbor-body.js'
import { jsonBody } from '../fuzz/json-body.js'
import type { PutInput } from '../fuzz/put-input.js'
import { SeededRandom } from '../fuzz/random.js'
import { ShapeTable, type StructureNode } from '../shape/shape-node.js'
import { ModelInputs } from '../validation/model-inputs.fixture.js'
import { cborCodec } from './cbor/cbor-codec.js'
import { jsonCodec } from './json/json-codec.js'

const model = serviceModel('kinesis')
const shapes = new ShapeTable(model)
const inputs = new ModelInputs(model)
const random = new SeededRandom(1)

type Kind = 'text' | 'boolean' | 'number' | 'list' | 'map'
const samples: Readonly<Record<Kind, readonly unknown[]>> = {
  text: ['x'],
  boolean: [true, false],
  number: [0, 23, -2_147_483_648, 2_147_483_648, 34.56, 1e30],
  list: [[], [1], [[]]],
  map: [{}, { a: 1 }],
}
const found: Readonly<Record<Kind, string>> = {
  text: 'class java.lang.String',
  boolean: 'class java.lang.Boolean',
  number: 'class com.amazon.coral.value.json.numbers.TruncatingBigNumber',
  list: 'Start of list found where not expected',
  map: 'Start of structure or map found where not expected.',
}

/** What each type takes, and what AWS says of the rest. */
const wanted: Readonly<Record<Exclude<Shape['type'], 'float' | 'double'>, { takes: readonly Kind[]; says: string }>> = {
  string: { takes: ['text'], says: 'an String' },
  integer: { takes: ['number'], says: 'an Integer' },
  long: { takes: ['number'], says: 'an Long' },
  boolean: { takes: ['boolean'], says: 'an Boolean' },
  // Text for a blob is base64 in JSON, text for a Boolean has spellings of its own: tests of the codecs.
  blob: { takes: ['text'], says: 'a Blob' },
  timestamp: { takes: ['number'], says: 'milliseconds since epoch' },
  list: { takes: ['list'], says: 'Expected list or null' },
  map: { takes: ['map'], says: 'Expected map or null' },
  structure: { takes: ['map'], says: 'Expected null' },
}

function said(kind: Kind, { type }: Shape): string {
  const { says } = wanted[type as keyof typeof wanted]
  if (kind === 'list' || kind === 'map') return found[kind]
  return says.startsWith('Expected') ? says : `${found[kind]} can not be converted to ${says}`
}

/** The same input in both encodings. */
function bodies(input: unknown) {
  return [
    { codec: jsonCodec, bytes: jsonBody(input as PutInput, random, 0) },
    { codec: cborCodec, bytes: cborBody(input as PutInput, random, 0) },
  ]
}

/** Of a value that is no type's but the one that it was written with. */
function refusals(input: unknown, node: StructureNode): (string | undefined)[] {
  return bodies(input).map(({ codec, bytes }) => {
    assert.ok(codec.isWellFormed(bytes))
    const decoded = codec.decode(bytes, node)
    assert.ok(!decoded.ok, JSON.stringify(input))
    return decoded.ok ? undefined : decoded.message
  })
}

for (const [operation, { input }] of Object.entries(model.operations)) {
  if (input === undefined) continue
  const node = shapes.structure(input)
  const places = inputs.places(input)

  suite(operation, () => {
    test('takes a value of no other type anywhere', () => {
      for (const place of places) {
        const { takes } = wanted[place.shape.type as keyof typeof wanted]
        for (const kind of Object.keys(samples) as Kind[]) {
          if (takes.includes(kind) || (kind === 'text' && place.shape.type === 'boolean')) continue
          const message = said(kind, place.shape)
          for (const value of samples[kind]) {
            assert.deepEqual(refusals(place.with(value), node), [message, message], `${place.path} ${JSON.stringify(value)}`)
          }
        }
      }
    })

    test('takes null for nothing anywhere', () => {
      for (const place of places) {
        for (const { codec, bytes } of bodies(place.with(null))) assert.ok(codec.decode(bytes, node).ok, place.path)
      }
    })
  })
}
