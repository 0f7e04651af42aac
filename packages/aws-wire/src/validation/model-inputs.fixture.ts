import type { ServiceModel, Shape } from '@millrace/aws-models'

/** A place in an operation's input, and the input that is valid but for what is put there. */
export interface Place {
  /** As a violation names it. */
  readonly path: string
  readonly shape: Shape
  readonly isRequired: boolean
  /** An element of a list or the value of a key, whose constraints are reported for the whole. */
  readonly isInner: boolean
  /** `undefined` leaves the member out. */
  with(value: unknown): Record<string, unknown>
}

/** A text that the pattern of a shape takes. */
const texts: Readonly<Record<string, string>> = {
  BucketARN: 'arn:aws:s3:::bucket',
  ChannelARN: 'arn:aws:kinesis:us-east-1:000000000000:channel/c',
  ConsumerARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:1',
  ExpectedBucketOwner: '000000000000',
  GSRSchemaARN: 'arn:aws:glue:us-east-1:000000000000:schema/r/s',
  HashKey: '0',
  QueueARN: 'arn:aws:kinesis:us-east-1:000000000000:queue/q',
  ResourceARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/s',
  RoleARN: 'arn:aws:iam::000000000000:role/r',
  SequenceNumber: '1',
  StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/s',
  StreamId: 'aaaaaaaaaaaaaaaaaaaa-aaa',
  TableBucketARN: 'arn:aws:s3tables:us-east-1:000000000000:bucket/b-1',
}

/** Reads the model by itself, so that what it expects is not what the interpreter makes of it. */
export class ModelInputs {
  constructor(private readonly model: ServiceModel) {}

  /** The least that an operation takes, with a stream's name where it may have one. */
  valid(input: string): Record<string, unknown> {
    return this.structure(input, (member, required) => required || member === 'StreamName' || member === 'PartitionKey')
  }

  /** Every member, to the last leaf. */
  whole(input: string): Record<string, unknown> {
    return this.structure(input, () => true)
  }

  places(input: string): Place[] {
    return this.placesIn(input, '', (value) => ({ ...this.valid(input), ...value }))
  }

  shape(name: string): Shape {
    const shape = this.model.shapes[name]
    if (!shape) throw new Error(`the model has no shape ${name}`)
    return shape
  }

  private placesIn(name: string, prefix: string, put: (members: Record<string, unknown>) => Record<string, unknown>): Place[] {
    const shape = this.shape(name)
    if (shape.type !== 'structure') return []
    return Object.entries(shape.members).flatMap(([member, { shape: memberShape }]) => {
      const path = prefix + member.charAt(0).toLowerCase() + member.slice(1)
      const place = (value: unknown): Record<string, unknown> => put({ [member]: value })
      const isRequired = shape.required?.includes(member) === true
      return [
        { path, shape: this.shape(memberShape), isRequired, isInner: false, with: place },
        ...this.placesUnder(memberShape, path, place),
      ]
    })
  }

  private placesUnder(name: string, path: string, place: (value: unknown) => Record<string, unknown>): Place[] {
    const shape = this.shape(name)
    if (shape.type === 'structure')
      return this.placesIn(name, `${path}.`, (members) => place({ ...this.valid(name), ...members }))
    if (shape.type === 'map') return [this.inner(shape.value.shape, `${path}.key`, (value) => place({ key: value }))]
    if (shape.type !== 'list') return []
    const element = shape.member.shape
    return [
      this.inner(element, `${path}.1.member`, (value) => place([value])),
      ...this.placesIn(element, `${path}.1.member.`, (members) => place([{ ...this.valid(element), ...members }])),
    ]
  }

  private inner(name: string, path: string, place: Place['with']): Place {
    return { path, shape: this.shape(name), isRequired: false, isInner: true, with: place }
  }

  private structure(name: string, isWanted: (member: string, required: boolean) => boolean): Record<string, unknown> {
    const shape = this.shape(name)
    if (shape.type !== 'structure') throw new Error(`${name} is no structure`)
    const members = Object.entries(shape.members).filter(([member]) =>
      isWanted(member, shape.required?.includes(member) === true),
    )
    return Object.fromEntries(members.map(([member, { shape: of }]) => [member, this.value(of, isWanted)]))
  }

  private value(name: string, isWanted: (member: string, required: boolean) => boolean): unknown {
    const shape = this.shape(name)
    switch (shape.type) {
      case 'structure':
        return this.structure(name, isWanted)
      case 'list':
        return [this.value(shape.member.shape, isWanted)]
      case 'map':
        return { [this.value(shape.key.shape, isWanted) as string]: this.value(shape.value.shape, isWanted) }
      case 'string':
        return shape.enum?.[0] ?? texts[name] ?? 'a'
      case 'boolean':
        return true
      case 'blob':
        return Buffer.from('a')
      case 'timestamp':
        return new Date(0)
      default:
        return shape.min ?? 1
    }
  }
}
