const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
/** The record type of a TLS handshake; no method begins with it. */
const tlsHandshake = 0x16

/** What the first bytes of a connection say that it speaks; undefined: more bytes are needed. */
export function recognise(bytes: Buffer): 'tls' | 'h2' | 'http/1.1' | undefined {
  if (bytes[0] === tlsHandshake) return 'tls'
  const length = Math.min(bytes.length, preface.length)
  if (preface.compare(bytes, 0, length, 0, length) !== 0) return 'http/1.1'
  return length === preface.length ? 'h2' : undefined
}
