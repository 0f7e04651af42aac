import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type Shape, type StringShape, serviceModel } from '@millrace/aws-models'
import { cborCodec } from '../codec/cbor/cbor-codec.js'
import { jsonCodec } from '../codec/json/json-codec.js'
import { ShapeTable, type StructureNode } from '../shape/shape-node.js'
import { ModelInputs, type Place } from './model-inputs.fixture.js'
import { violationText } from './validate.js'

const model = serviceModel('kinesis')
const shapes = new ShapeTable(model)
const inputs = new ModelInputs(model)

/** What a request with this input is told, through either encoding; undefined: nothing. */
function told(value: Record<string, unknown>, node: StructureNode): string | undefined {
  const [json, cbor] = [jsonCodec, cborCodec].map((codec) => {
    const bytes = codec.encode(value, node)
    assert.ok(codec.isWellFormed(bytes))
    const decoded = codec.decode(bytes, node)
    assert.ok(decoded.ok, JSON.stringify(decoded))
    return violationText(decoded.value, node, 'com.amazonaws.kinesis.v20131202')
  })
  assert.equal(cbor, json)
  return json
}

/** Values that break one constraint of a shape, as AWS shows them, and what AWS says of them. */
type Broken = readonly [value: unknown, shown: string, constraint: string]

function broken(shape: Shape): Broken[] {
  switch (shape.type) {
    case 'string':
      return brokenTexts(shape)
    case 'integer':
      return [
        ...(shape.min === undefined ? [] : [value(shape.min - 1, `greater than or equal to ${shape.min}`)]),
        ...(shape.max === undefined ? [] : [value(shape.max + 1, `less than or equal to ${shape.max}`)]),
      ]
    case 'list':
      return shape.min === 1 ? [[[], "'[]'", 'have length greater than or equal to 1']] : []
    case 'map':
      return [
        [{}, "'{}'", 'have length greater than or equal to 1'],
        [Object.fromEntries(Array.from({ length: 201 }, (_, i) => [i, ''])), '', 'have length less than or equal to 200'],
      ]
    default:
      return []
  }
}

const value = (number: number, bound: string): Broken => [number, `'${number}'`, `have value ${bound}`]

function brokenTexts({ min = 0, max, pattern, enum: values }: StringShape): Broken[] {
  const all: Broken[] = []
  // Where AWS's order of the values is known, it is not the model's.
  if (values && !['LATEST', 'PROVISIONED', 'KMS'].some((known) => values.includes(known)))
    all.push(['x', "'x'", `satisfy enum value set: [${values.join(', ')}]`])
  if (pattern !== undefined) all.push(['*\u00e9', "'*\u00e9'", `satisfy regular expression pattern: ${pattern}`])
  if (max !== undefined && max <= 2048)
    all.push(['a'.repeat(max + 1), `'${'a'.repeat(max + 1)}'`, `have length less than or equal to ${max}`])
  if (min > 0) all.push(['', "''", `have length greater than or equal to ${min}`])
  return all
}

const at = ({ path }: Place, shown: string, constraint: string) =>
  `Value ${shown} at '${path}' failed to satisfy constraint: Member must ${constraint}`

for (const [operation, { input }] of Object.entries(model.operations)) {
  if (input === undefined) continue
  const node = shapes.structure(input)

  suite(operation, () => {
    test('takes the least and the most that it may be given', () => {
      assert.equal(told(inputs.valid(input), node), undefined)
      assert.equal(told(inputs.whole(input), node), undefined)
    })

    test('is told of every member that is required', () => {
      for (const place of inputs.places(input).filter(({ isRequired }) => isRequired)) {
        assert.equal(told(place.with(undefined), node), `1 validation error detected: ${at(place, 'null', 'not be null')}`)
      }
    })

    test('is told of every constraint of every member', () => {
      for (const place of inputs.places(input).filter(({ isInner }) => !isInner)) {
        for (const [bad, shown, constraint] of broken(place.shape)) {
          const text = told(place.with(bad), node) ?? ''
          // An empty or overlong text may break its pattern as well.
          const all = text.replace(/^\d+ validation errors? detected: /, '').split(/; (?=Value )/)
          const expected = shown === '' ? undefined : at(place, shown, constraint)
          const isThere = expected === undefined ? text.endsWith(`Member must ${constraint}`) : all.includes(expected)
          assert.ok(isThere, `${expected}\n${text}`)
          assert.ok(
            all.every((violation) => violation.includes(` at '${place.path}' `)),
            text,
          )
        }
      }
    })
  })
}
