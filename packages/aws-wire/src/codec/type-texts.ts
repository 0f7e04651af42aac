/** What AWS says of a value that is not of the type that the model wants, by the kind of value found. Spelled as AWS spells it. */
export const listFound = 'Start of list found where not expected'
export const structureFound = 'Start of structure or map found where not expected.'
export const expectedList = 'Expected list or null'
export const expectedMap = 'Expected map or null'
export const expectedStructure = 'Expected null'

const javaBoolean = 'java.lang.Boolean'
const javaNumber = 'com.amazon.coral.value.json.numbers.TruncatingBigNumber'
const javaString = 'java.lang.String'
const javaBytes = 'java.nio.HeapByteBuffer'

export type ScalarFound = 'boolean' | 'number' | 'string' | 'bytes'

const javaClass: Readonly<Record<ScalarFound, string>> = {
  boolean: javaBoolean,
  number: javaNumber,
  string: javaString,
  bytes: javaBytes,
}

const wanted = {
  string: 'an String',
  boolean: 'an Boolean',
  integer: 'an Integer',
  long: 'an Long',
  float: 'an Float',
  double: 'an Double',
  blob: 'a Blob',
  timestamp: 'milliseconds since epoch',
} as const

export type ScalarWanted = keyof typeof wanted

export function scalarMismatch(found: ScalarFound, want: ScalarWanted): string {
  return `class ${javaClass[found]} can not be converted to ${wanted[want]}`
}
