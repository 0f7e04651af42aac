import type { WireRequest } from '../http/request.js'

/** The content type without parameters and blanks; empty where there is none. */
export function mediaType({ headers }: WireRequest): string {
  const contentType = headers.get('content-type') ?? ''
  const end = contentType.indexOf(';')
  return (end < 0 ? contentType : contentType.slice(0, end)).trim()
}
