/**
 * Node's codecs between bytes and strings without the argument checks of `toString` and `write`: on small records these checks
 * cost as much as the work. Present in every Node; only their types are missing. Ranges must lie within the buffer.
 */
interface NativeSlices {
  latin1Slice(start: number, end: number): string
  utf8Slice(start: number, end: number): string
  base64Slice(start: number, end: number): string
  latin1Write(text: string, at: number, bytesMax: number): number
  base64Write(text: string, at: number, bytesMax: number): number
}

export type SliceBuffer = Buffer & NativeSlices

export function withSlices(buffer: Buffer): SliceBuffer {
  return buffer as SliceBuffer
}
