import type { JsonObject } from '@nexus/plugin-api'
import type { CachedResultMatch } from '../../store/cached-result.ts'
import type { Store } from '../../store/store.ts'
import type { Call } from '../call.ts'
import { type RoomMarks, watchRoomMarks } from '../room-marks.ts'
import type { NamedEntry, Upstream, UpstreamTable } from '../upstream/upstream.ts'
import type { RpcResult } from '../wire/rpc-result.ts'
import { type CacheKeys, cacheKeysOf } from './cache-key.ts'
import { keepText, resultOf } from './cached-text.ts'
import { Flights } from './flights.ts'
import { type Hints, NOT_CACHED, hintsOf, isFinal } from './hints.ts'
import { KNOWN_SCOPES, MAX_RESULT_BYTES, MEMORY_BYTES, STORE_ROWS, SWEEP_MS } from './limits.ts'
import { MemoryCache, type Subject } from './memory-cache.ts'
import { LeaderFailed, type Outcome, mayHave, ttlOf } from './outcome.ts'
import { type CacheReadings, Readings } from './readings.ts'
import { StoredResults } from './stored-results.ts'
import { ToolSettings, readsOnly } from './tool-settings.ts'
import { watchUpstreams } from './watch-upstreams.ts'

/** A result, and whether the upstream was spared. */
export interface Given {
  readonly result: RpcResult
  readonly cached: boolean
}

/** Sends the call upstream; asked at most once for each `Given`. */
type Send = (call: Call) => Promise<RpcResult>

export interface ResultCacheOptions {
  readonly store: Pick<Store, 'cachedResults' | 'roomMarks'>
  readonly upstreams: Pick<UpstreamTable, 'list' | 'get' | 'onChange'>
  readonly memoryBytes?: number
  /** How often other nodes are heard, milliseconds. */
  readonly marksMs?: number
}

/** One question, on its way through the cache. */
interface Asked {
  readonly call: Call
  readonly subject: Subject
  readonly keys: CacheKeys
  readonly send: Send
  readonly hintsOf: (result: RpcResult) => Hints
  /** `undefined` while only the upstream can say. */
  readonly scope: Hints['scope'] | undefined
}

/**
 * Results that may be given again, by the word of the upstream (`resources/read`) or of an admin (tools): memory, then
 * store, then upstream, with one request for all who wait. Deciding comes before: whoever gets here may have the answer.
 */
export class ResultCache implements Disposable {
  readonly #memory: MemoryCache
  readonly #stored: StoredResults
  readonly #settings: ToolSettings
  readonly #flights = new Flights<Outcome>()
  readonly #readings = new Readings()
  readonly #marks: RoomMarks
  readonly #watching: Disposable
  readonly #timer: NodeJS.Timeout
  /** Whether the answers to a request may be shared, as far as was seen. */
  readonly #scopes = new Map<string, Hints['scope']>()
  /** Grows whenever something of an upstream is forgotten: what was asked before is not kept. */
  readonly #turns = new Map<string, number>()
  /** The same for all upstreams at once. */
  #epoch = 0

  constructor({ store, upstreams, memoryBytes = MEMORY_BYTES, marksMs }: ResultCacheOptions) {
    this.#memory = new MemoryCache(memoryBytes)
    this.#stored = new StoredResults(store.cachedResults)
    this.#settings = new ToolSettings(store.cachedResults)
    this.#marks = watchRoomMarks(store.roomMarks, 'cache', (workspaceId) => this.#dropWorkspace(workspaceId), marksMs)
    this.#watching = watchUpstreams(upstreams, (upstream, match) => this.#forget(upstream, match))
    this.#timer = setInterval(() => {
      this.#memory.sweep(Date.now())
      // What is not removed now is removed with the next sweep, and never given meanwhile.
      store.cachedResults.sweep(new Date(), STORE_ROWS).catch(() => undefined)
    }, SWEEP_MS)
    this.#timer.unref()
  }

  /** A resource, kept as long and for whom the upstream says. */
  async read(call: Call, upstream: Upstream, name: string, params: JsonObject | undefined, send: Send): Promise<Given> {
    const keys = cacheKeysOf(call, upstream, params)
    if (keys === undefined) return { result: await send(call), cached: false }
    const subject = subjectOf(upstream, 'resource', name)
    if (upstream.isPerUser === true) {
      return this.#through({
        call,
        subject,
        keys,
        send,
        hintsOf: (result) => ownHints(hintsOf(result)),
        scope: 'private',
      })
    }
    return this.#through({ call, subject, keys, send, hintsOf, scope: this.#scopes.get(keys.shared) })
  }

  /** A tool's result, kept where an admin said so. */
  async call(
    call: Call,
    {
      upstream,
      original,
      entry,
    }: { readonly upstream: Upstream; readonly original: string; readonly entry: NamedEntry },
    params: JsonObject | undefined,
    send: Send,
  ): Promise<Given> {
    const found = this.#settings.find(upstream.workspaceId, upstream.installationId, original)
    const setting = found instanceof Promise ? await found : found
    const keys =
      setting === undefined || (!setting.forced && !readsOnly(entry)) ? undefined : cacheKeysOf(call, upstream, params)
    if (setting === undefined || keys === undefined) return { result: await send(call), cached: false }
    const { scope, ttlMs } = setting
    const subject = subjectOf(upstream, 'tool', original)
    const hints: Hints = { scope, ttlMs }
    const judge = (result: RpcResult): Hints => (isFinal(result) ? hints : NOT_CACHED)
    return this.#through({ call, subject, keys, send, hintsOf: judge, scope })
  }

  /** Forgets results, here, in the store and on the other nodes. Answers how many were in this node's memory. */
  clear(workspaceId: string, match: Omit<CachedResultMatch, 'workspaceId'> = {}): number {
    const before = this.#memory.size
    this.#memory.remove({ ...match, workspaceId })
    this.#epoch += 1
    this.#stored.removeAll({ ...match, workspaceId })
    this.#marks.changed(workspaceId)
    return before - this.#memory.size
  }

  /** An admin said something else about a tool: what was kept under the old word goes. */
  settingChanged(workspaceId: string, installationId: string, tool: string): void {
    this.#settings.forget(workspaceId)
    this.clear(workspaceId, { installationId, kind: 'tool', name: tool })
  }

  readings(workspaceId: string): CacheReadings {
    const { bytes, size: entries, evicted } = this.#memory
    return { ...this.#readings.of(workspaceId), bytes, entries, evicted }
  }

  /** Resolves when nothing is on its way to the store. */
  idle(): Promise<void> {
    return this.#stored.idle()
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#watching[Symbol.dispose]()
    this.#marks[Symbol.dispose]()
  }

  async #through(asked: Asked): Promise<Given> {
    const { subject, keys, call, scope } = asked
    const count = this.#readings.counter(subject.workspaceId, subject.kind)
    if (scope === 'none') return this.#alone(asked)
    const known = this.#recall(keys.own) ?? (scope === 'private' ? undefined : this.#recall(keys.shared))
    if (known !== undefined) {
      count.memory += 1
      return known
    }
    if (scope !== 'private') {
      const stored = await this.#fromStore(keys.shared, subject)
      if (stored !== undefined) {
        count.store += 1
        return stored
      }
    }
    const key = scope === 'private' ? keys.own : keys.shared
    const flight = `${key}\0${this.#turn(subject.upstreamId)}`
    try {
      const start = (signal: AbortSignal) => this.#ask(asked, signal)
      const { result: outcome, leads } = await this.#flights.join(flight, call.signal, start)
      if (leads) {
        count.miss += 1
        return { result: outcome.result, cached: false }
      }
      if (outcome.text !== undefined && mayHave(outcome, call)) {
        count.shared += 1
        return { result: resultOf(outcome.text, ttlOf(outcome.hints)), cached: true }
      }
      return await this.#again(asked, outcome.text === undefined ? 'none' : outcome.hints.scope)
    } catch (error) {
      if (call.signal.aborted || !(error instanceof LeaderFailed)) throw error
      // Somebody else's request failed, perhaps for reasons of theirs.
      if (error.requestId !== call.requestId) return this.#alone(asked)
      throw error.cause
    }
  }

  /** What another one waited for was not for this caller. */
  #again(asked: Asked, scope: Hints['scope']): Promise<Given> {
    return scope === 'private' ? this.#through({ ...asked, scope }) : this.#alone(asked)
  }

  async #alone({ call, send, subject, hintsOf: judge, keys }: Asked): Promise<Given> {
    const result = await send(call)
    this.#readings.counter(subject.workspaceId, subject.kind).bypass += 1
    if (subject.kind === 'resource') this.#learn(keys.shared, judge(result).scope)
    return { result, cached: false }
  }

  #recall(key: string): Given | undefined {
    const now = Date.now()
    const entry = this.#memory.get(key, now)
    return entry === undefined ? undefined : { result: resultOf(entry.text, entry.expiresAt - now), cached: true }
  }

  async #fromStore(key: string, subject: Subject): Promise<Given | undefined> {
    const turn = this.#turn(subject.upstreamId)
    try {
      const entry = await this.#stored.get(key, subject)
      if (entry === undefined || turn !== this.#turn(subject.upstreamId)) return undefined
      this.#memory.put(key, entry)
      return { result: resultOf(entry.text, entry.expiresAt - Date.now()), cached: true }
    } catch {
      // The upstream still answers.
      return undefined
    }
  }

  /** Asks the upstream, and keeps what may be kept. */
  async #ask(asked: Asked, signal: AbortSignal): Promise<Outcome> {
    const { call, subject, keys, send } = asked
    const turn = this.#turn(subject.upstreamId)
    let asksClient = false
    const ask = call.ask
    const quiet: Call = {
      ...call,
      signal,
      // The one who asked first may have left while others wait.
      notify: (message) => void (call.signal.aborted || call.notify(message)),
      ask:
        ask === undefined
          ? undefined
          : (message, withdrawn) => {
              asksClient = true
              return ask(message, withdrawn)
            },
    }
    let result: RpcResult
    try {
      result = await send(quiet)
    } catch (cause) {
      throw new LeaderFailed(call.requestId, cause)
    }
    // An answer that a person had a part in is theirs.
    const hints = asksClient ? NOT_CACHED : asked.hintsOf(result)
    if (subject.kind === 'resource') this.#learn(keys.shared, hints.scope)
    const isLarge = (result.byteLength() ?? 0) > MAX_RESULT_BYTES
    if (hints.scope === 'none' || isLarge) return { result, hints, text: undefined, principalId: call.principal.id }
    const text = keepText(result)
    const expiresAt = Date.now() + hints.ttlMs
    const isFresh = () => turn === this.#turn(subject.upstreamId)
    if (isFresh() && text.bytes.length <= MAX_RESULT_BYTES) {
      const entry = { subject, text, expiresAt }
      this.#memory.put(hints.scope === 'public' ? keys.shared : keys.own, entry)
      if (hints.scope === 'public') this.#stored.put(keys.shared, entry, isFresh)
    }
    return { result, hints, text, principalId: call.principal.id }
  }

  #learn(key: string, scope: Hints['scope']): void {
    this.#scopes.delete(key)
    this.#scopes.set(key, scope)
    const [oldest] = this.#scopes.keys()
    if (this.#scopes.size > KNOWN_SCOPES && oldest !== undefined) this.#scopes.delete(oldest)
  }

  #turn(upstreamId: string): string {
    return `${this.#epoch} ${this.#turns.get(upstreamId) ?? 0}`
  }

  #forget({ id, workspaceId }: Pick<Upstream, 'id' | 'workspaceId'>, match: CachedResultMatch): void {
    this.#turns.set(id, (this.#turns.get(id) ?? 0) + 1)
    this.#memory.remove({ ...match, upstreamId: id })
    this.#stored.remove(id, match)
    this.#marks.changed(workspaceId)
  }

  /** Another node forgot something: it has removed it from the store already. */
  #dropWorkspace(workspaceId: string): void {
    this.#settings.forget(workspaceId)
    this.#epoch += 1
    this.#memory.remove({ workspaceId })
  }
}

/** What somebody's own connection says is theirs, whatever it says of itself. */
function ownHints(hints: Hints): Hints {
  return hints.scope === 'public' ? { ...hints, scope: 'private' } : hints
}

function subjectOf(
  { workspaceId, installationId, id }: Pick<Upstream, 'workspaceId' | 'installationId' | 'id'>,
  kind: Subject['kind'],
  name: string,
): Subject {
  return { workspaceId, installationId, upstreamId: id, kind, name }
}
