import type { CachedResultMatch, CachedResultRow } from '../../store/cached-result.ts'
import type { CachedText } from './cached-text.ts'
import { ENTRY_BYTES } from './limits.ts'

/** What a kept result is of. */
export type Subject = Pick<CachedResultRow, 'workspaceId' | 'installationId' | 'upstreamId' | 'kind' | 'name'>

export interface MemoryEntry {
  readonly subject: Subject
  readonly text: CachedText
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** Results in memory, by bytes: what was not asked for longest goes first. */
export class MemoryCache {
  readonly #maxBytes: number
  readonly #entries = new Map<string, MemoryEntry>()
  readonly #byUpstream = new Map<string, Set<string>>()
  #bytes = 0
  #evicted = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  get size(): number {
    return this.#entries.size
  }

  /** How many gave way for others. */
  get evicted(): number {
    return this.#evicted
  }

  get(key: string, now: number): MemoryEntry | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    if (entry.expiresAt <= now) {
      this.#forget(key, entry)
      return undefined
    }
    // To the end of the row: a map remembers the order of insertion.
    this.#entries.set(key, entry)
    return entry
  }

  put(key: string, entry: MemoryEntry): void {
    this.#remove(key)
    const bytes = weigh(key, entry)
    if (bytes > this.#maxBytes) return
    while (this.#bytes + bytes > this.#maxBytes) this.#evict()
    this.#entries.set(key, entry)
    this.#bytes += bytes
    const { upstreamId } = entry.subject
    const keys = this.#byUpstream.get(upstreamId)
    if (keys === undefined) this.#byUpstream.set(upstreamId, new Set([key]))
    else keys.add(key)
  }

  remove(match: CachedResultMatch): number {
    const keys =
      match.upstreamId === undefined ? [...this.#entries.keys()] : [...(this.#byUpstream.get(match.upstreamId) ?? [])]
    const matching = keys.filter((key) => matches(this.#entries.get(key)?.subject, match))
    for (const key of matching) this.#remove(key)
    return matching.length
  }

  sweep(now: number): void {
    for (const [key, { expiresAt }] of this.#entries) if (expiresAt <= now) this.#remove(key)
  }

  #evict(): void {
    const [oldest] = this.#entries.keys()
    if (oldest === undefined) return
    this.#remove(oldest)
    this.#evicted += 1
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#forget(key, entry)
  }

  #forget(key: string, entry: MemoryEntry): void {
    this.#bytes -= weigh(key, entry)
    const { upstreamId } = entry.subject
    const keys = this.#byUpstream.get(upstreamId)
    keys?.delete(key)
    if (keys?.size === 0) this.#byUpstream.delete(upstreamId)
  }
}

function weigh(key: string, { text, subject }: MemoryEntry): number {
  return text.bytes.length + 2 * (key.length + subject.name.length) + ENTRY_BYTES
}

function matches(subject: Subject | undefined, match: CachedResultMatch): boolean {
  if (subject === undefined) return false
  return (
    (match.workspaceId === undefined || match.workspaceId === subject.workspaceId) &&
    (match.installationId === undefined || match.installationId === subject.installationId) &&
    (match.upstreamId === undefined || match.upstreamId === subject.upstreamId) &&
    (match.kind === undefined || match.kind === subject.kind) &&
    (match.name === undefined || match.name === subject.name)
  )
}
