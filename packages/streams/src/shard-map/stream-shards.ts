import type { ShardIndex } from '@millrace/model'
import { RouteTable } from '../hash-key/route-table.js'
import type { ShardEntry } from '../ports/cluster-state.js'

/** Of shards, in each page. */
const pageSize = 128

type Page = readonly (ShardEntry | undefined)[]

/**
 * The shards of a stream that can still be read, and what is derived from them. Never changes: another set is made from it, which shares
 * the pages without a change, so that a reshard of some shards costs no work on all.
 */
export class StreamShards {
  static readonly none = new StreamShards(new Map(), RouteTable.empty)

  private constructor(
    /** By index / `pageSize`; only those that hold shards. */
    private readonly pages: ReadonlyMap<number, Page>,
    readonly routes: RouteTable,
  ) {}

  with(changed: readonly ShardEntry[], gone: readonly ShardIndex[]): StreamShards {
    if (changed.length === 0 && gone.length === 0) return this
    const pages = new PageEdits(this.pages)
    const replaced = [...gone, ...changed.map(({ index }) => index)].flatMap((index) => this.get(index) ?? [])
    for (const index of gone) pages.set(index, undefined)
    for (const shard of changed) pages.set(shard.index, shard)
    return new StreamShards(pages.done(), this.routes.with(changed, replaced))
  }

  get(index: ShardIndex): ShardEntry | undefined {
    return this.pages.get(Math.floor(index / pageSize))?.[index % pageSize]
  }

  /** In no order. */
  *all(): Generator<ShardEntry> {
    for (const page of this.pages.values()) for (const shard of page) if (shard) yield shard
  }
}

class PageEdits {
  private readonly pages: Map<number, Page>
  private readonly copies = new Map<number, (ShardEntry | undefined)[]>()

  constructor(before: ReadonlyMap<number, Page>) {
    this.pages = new Map(before)
  }

  set(index: ShardIndex, shard: ShardEntry | undefined): void {
    const number = Math.floor(index / pageSize)
    let page = this.copies.get(number)
    if (!page) {
      page = [...(this.pages.get(number) ?? new Array<undefined>(pageSize).fill(undefined))]
      this.copies.set(number, page)
    }
    page[index % pageSize] = shard
  }

  done(): ReadonlyMap<number, Page> {
    for (const [number, page] of this.copies) {
      if (page.some(Boolean)) this.pages.set(number, page)
      else this.pages.delete(number)
    }
    return this.pages
  }
}
