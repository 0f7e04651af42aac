/** What a signature covers, whatever the transport. */
export interface SignedRequest {
  readonly method: string
  /** Path and query as received, undecoded. */
  readonly target: string
  readonly headers: SignedHeaders
  /** SHA-256 of the exact body, lower-case hex. */
  readonly bodySha256: string
}

export interface SignedHeaders {
  /** By lower-case name; several of one name joined by `,`; each character is one byte as received (latin1). */
  get(name: string): string | undefined
}
