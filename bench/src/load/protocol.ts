import type { HeaderList, OnResponse } from '@millrace/testkit'

/** A request whose bytes are ready: what is left is to write them. */
export interface PreparedRequest {
  /** HTTP/1.1: the head. HTTP/2: the header block. */
  readonly head: Buffer
  readonly body: Buffer
}

/** Carries one request at a time. */
export interface Slot {
  send(request: PreparedRequest, onResponse: OnResponse): void
}

export interface Protocol {
  /** The bytes that go before a body of this length. */
  encodeHead(headers: HeaderList, bodyBytes: number): Buffer
  open(host: string, port: number, slots: number): Promise<OpenSlots>
}

export interface OpenSlots {
  readonly slots: readonly Slot[]
  close(): void
}
