import type { JsonObject } from '@nexus/plugin-api'
import { PAGE_SIZE } from '../limits.ts'
import { MAX_LISTED_BYTES } from '../virtual/limits.ts'
import { RpcResult } from '../wire/rpc-result.ts'
import type { MemberRange } from '../wire/scan-json.ts'
import { startOf, writeCursor } from './page.ts'
import type { View } from './view.ts'

/** What a list holds: something with a key that sorts it, and the entry that clients see. */
export interface ListedEntry {
  readonly entry: JsonObject
}

/** One kind of list of a view. */
export interface ListOf<Entry extends ListedEntry> {
  /** Member of the result, also the list's name in the cache. */
  readonly member: string
  readonly entries: readonly Entry[]
  readonly keyOf: (entry: Entry) => string
}

interface Page {
  readonly bytes: Uint8Array
  readonly members: readonly MemberRange[]
}

type Pages = Map<string, Page>

/** JSON text of pages that were asked for before, forgotten in the order of their last use once they are too large. */
class PageCache {
  readonly #byView = new WeakMap<View, Pages>()
  /** A view that is gone leaves its pages behind until others need the room; they hold nothing of the view. */
  readonly #used = new Map<Page, { readonly pages: Pages; readonly key: string }>()
  #bytes = 0

  get(view: View, key: string): Page | undefined {
    const page = this.#byView.get(view)?.get(key)
    const place = page === undefined ? undefined : this.#used.get(page)
    if (page === undefined || place === undefined) return undefined
    this.#used.delete(page)
    this.#used.set(page, place)
    return page
  }

  put(view: View, key: string, page: Page): void {
    const pages = this.#byView.get(view) ?? new Map<string, Page>()
    this.#byView.set(view, pages)
    pages.set(key, page)
    this.#used.set(page, { pages, key })
    this.#bytes += page.bytes.length
    for (const [oldest, place] of this.#used) {
      if (this.#bytes <= MAX_LISTED_BYTES) break
      this.#used.delete(oldest)
      place.pages.delete(place.key)
      this.#bytes -= oldest.bytes.length
    }
  }
}

/** One budget for all views of the process. */
const cache = new PageCache()

/** Which entries a page goes over, which of them the caller may see, and whether more follow. */
interface Walk<Entry> {
  readonly seen: readonly Entry[]
  readonly more: boolean
  /** The same for callers who see the same. */
  readonly visibility: string
}

const BITS = 15

function walk<Entry extends ListedEntry>(
  entries: readonly Entry[],
  from: number,
  isVisible: (entry: Entry) => boolean,
): Walk<Entry> {
  const seen: Entry[] = []
  let visibility = ''
  let bits = 1
  for (let index = from; index < entries.length; index += 1) {
    const entry = entries[index]
    if (entry === undefined) break
    const visible = isVisible(entry)
    if (visible && seen.length === PAGE_SIZE) return { seen, more: true, visibility: `${visibility}${bits}+` }
    if (visible) seen.push(entry)
    bits = (bits << 1) | (visible ? 1 : 0)
    if (bits >> BITS === 0) continue
    visibility += String.fromCharCode(bits)
    bits = 1
  }
  return { seen, more: false, visibility: `${visibility}${bits}` }
}

/**
 * One page of a list, as the caller may see it. Each page is written once as JSON text and sent as that text until the
 * view changes, to everybody who sees the same entries.
 */
export function listedPage<Entry extends ListedEntry>(
  view: View,
  { member, entries, keyOf }: ListOf<Entry>,
  cursor: unknown,
  isVisible: (entry: Entry) => boolean,
): RpcResult {
  const from = startOf(entries, keyOf, cursor)
  const { seen, more, visibility } = walk(entries, from, isVisible)
  const key = `${member} ${from} ${visibility}`
  let page = cache.get(view, key)
  if (page === undefined) {
    const last = seen.at(-1)
    page = writePage(member, seen, more && last !== undefined ? writeCursor(keyOf(last)) : undefined)
    cache.put(view, key, page)
  }
  return RpcResult.ofText(page.bytes, page.members)
}

function writePage(member: string, seen: readonly ListedEntry[], nextCursor: string | undefined): Page {
  const list = JSON.stringify(seen.map(({ entry }) => entry))
  const head = `{"${member}":`
  const tail = nextCursor === undefined ? '}' : `,"nextCursor":${JSON.stringify(nextCursor)}}`
  const text = `${head}${list}${tail}`
  // Not from Node's pool: a page that is kept would keep the pool, several times its size.
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text))
  bytes.write(text, 'utf8')
  const end = bytes.length - tail.length
  const members: MemberRange[] = [{ name: member, start: head.length, end }]
  if (nextCursor !== undefined) {
    members.push({ name: 'nextCursor', start: end + ',"nextCursor":'.length, end: bytes.length - 1 })
  }
  return { bytes, members }
}
