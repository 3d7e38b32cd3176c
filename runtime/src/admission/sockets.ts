import { orAbort } from '../gateway/abort-error.ts'
import type { RpcResult } from '../gateway/wire/rpc-result.ts'
import type {
  Upstream,
  UpstreamCatalog,
  UpstreamChange,
  UpstreamRequest,
  UpstreamTable,
} from '../gateway/upstream/upstream.ts'
import { admissionError } from './errors.ts'

/** Calls that may wait at one socket while a side comes back. */
const MAX_WAITING = 1000

/**
 * Where upstreams are plugged into the gateway's table. The table sees one upstream per id for as long as somebody
 * serves it; which side of an installation does can change between two calls.
 */
export interface Sockets {
  /** Makes exactly these the upstreams of the installation, in one turn. Throws, and changes nothing, when it cannot. */
  set(installationId: string, upstreams: readonly Upstream[]): void
  /** Adds one to what the installation offers. */
  plug(upstream: Upstream): void
  /** Takes it away, unless another side has taken its place. */
  unplug(upstream: Upstream): void
  /** Lets calls of the installation wait for the next side; disposing drops what nobody took over. */
  hold(installationId: string): Disposable
}

export function createSockets(table: UpstreamTable): Sockets {
  const sockets = new Map<string, Socket>()

  const open = (upstream: Upstream): void => {
    sockets.set(upstream.id, new Socket(table, upstream))
  }
  const close = (id: string): void => {
    sockets.get(id)?.close()
    sockets.delete(id)
  }
  const put = (upstream: Upstream): void => {
    const socket = sockets.get(upstream.id)
    // A label belongs to a place in the table; another label is another place.
    if (socket !== undefined && socket.label === upstream.label) return socket.swap(upstream)
    close(upstream.id)
    open(upstream)
  }
  const of = (installationId: string): readonly Socket[] =>
    [...sockets.values()].filter((socket) => socket.installationId === installationId)

  return {
    set(installationId, upstreams) {
      const before = of(installationId).map((socket) => socket.inner)
      const ids = new Set(upstreams.map(({ id }) => id))
      try {
        for (const { id } of before) if (!ids.has(id)) close(id)
        for (const upstream of upstreams) put(upstream)
      } catch (error) {
        for (const { id } of upstreams) if (!before.some((old) => old.id === id)) close(id)
        for (const upstream of before) put(upstream)
        throw error
      }
    },
    plug: put,
    unplug(upstream) {
      const socket = sockets.get(upstream.id)
      if (socket?.inner === upstream && !socket.isHeld) close(upstream.id)
    },
    hold(installationId) {
      const held = of(installationId)
      for (const socket of held) socket.hold()
      return {
        [Symbol.dispose]() {
          for (const socket of held) if (socket.isHeld) close(socket.id)
        },
      }
    },
  }
}

/** One place in the table: the upstream that the gateway sees, whichever side serves it. */
class Socket implements Upstream {
  readonly id: string
  readonly installationId: string
  readonly pluginId: string
  readonly workspaceId: string
  readonly label: string
  readonly #registration: Disposable
  readonly #listeners = new Set<(change: UpstreamChange) => void>()
  readonly #tell = (change: UpstreamChange): void => {
    for (const listener of this.#listeners) listener(change)
  }
  #inner: Upstream
  #watching: Disposable
  #held: PromiseWithResolvers<void> | undefined
  #waiting = 0
  /** The lists as clients last saw them. */
  #shown: UpstreamCatalog | undefined

  constructor(table: UpstreamTable, inner: Upstream) {
    const { id, installationId, pluginId, workspaceId, label } = inner
    this.id = id
    this.installationId = installationId
    this.pluginId = pluginId
    this.workspaceId = workspaceId
    this.label = label
    this.#inner = inner
    this.#registration = table.add(this)
    this.#watching = inner.onChange(this.#tell)
  }

  get inner(): Upstream {
    return this.#inner
  }

  get isHeld(): boolean {
    return this.#held !== undefined
  }

  get kind(): Upstream['kind'] {
    return this.#inner.kind
  }

  state(): ReturnType<Upstream['state']> {
    return this.#inner.state()
  }

  process(): ReturnType<NonNullable<Upstream['process']>> {
    return this.#inner.process?.()
  }

  pool(): ReturnType<NonNullable<Upstream['pool']>> {
    return this.#inner.pool?.()
  }

  lastError(): ReturnType<Upstream['lastError']> {
    return this.#inner.lastError()
  }

  async catalog(signal: AbortSignal): Promise<UpstreamCatalog> {
    this.#shown = await this.#inner.catalog(signal)
    return this.#shown
  }

  onChange(listener: (change: UpstreamChange) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  request(request: UpstreamRequest): Promise<RpcResult> {
    return this.#held === undefined ? this.#inner.request(request) : this.#requestLater(request)
  }

  /** Belongs to the side that serves, which is disposed by whoever started it. */
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve()
  }

  swap(next: Upstream): void {
    if (next === this.#inner) return this.#resume()
    const before = this.#shown
    this.#watching[Symbol.dispose]()
    this.#inner = next
    this.#watching = next.onChange(this.#tell)
    this.#resume()
    void tellDifference(before, next, this.#tell)
  }

  hold(): void {
    this.#held ??= Promise.withResolvers()
  }

  close(): void {
    this.#watching[Symbol.dispose]()
    this.#registration[Symbol.dispose]()
    this.#resume()
  }

  #resume(): void {
    this.#held?.resolve()
    this.#held = undefined
  }

  async #requestLater(request: UpstreamRequest): Promise<RpcResult> {
    if (this.#waiting >= MAX_WAITING)
      throw admissionError(
        'PLUGIN_SWITCHING',
        `Expected at most ${MAX_WAITING} calls to wait for ${this.label}, found more.`,
      )
    this.#waiting += 1
    try {
      await orAbort(this.#held?.promise ?? Promise.resolve(), request.signal)
    } finally {
      this.#waiting -= 1
    }
    return await this.#inner.request(request)
  }
}

/** How long a new side may take to repeat its lists, milliseconds; it has shown them once already. */
const LISTS_AGAIN_MS = 5_000

/** Tells clients once what the new side offers differently; nothing when it offers the same. */
async function tellDifference(
  old: UpstreamCatalog | undefined,
  next: Upstream,
  tell: (change: UpstreamChange) => void,
): Promise<void> {
  // A new side knows nothing of resource subscriptions; whoever holds some makes them again.
  tell({ kind: 'state' })
  let now: UpstreamCatalog | undefined
  try {
    now = await next.catalog(AbortSignal.timeout(LISTS_AGAIN_MS))
  } catch {
    // It had answered before it was swapped in: what it offers now is not known, so everything may be different.
    now = undefined
  }
  for (const kind of ['tools', 'prompts', 'resources'] as const) {
    if (old === undefined || now === undefined || isDifferent(old, now, kind)) tell({ kind })
  }
}

function isDifferent(old: UpstreamCatalog, now: UpstreamCatalog, kind: 'tools' | 'prompts' | 'resources'): boolean {
  const text = (catalog: UpstreamCatalog) =>
    JSON.stringify([
      kind === 'resources' ? [catalog.resources, catalog.resourceTemplates] : catalog[kind],
      kind === 'tools' ? catalog.instructions : undefined,
    ])
  return text(old) !== text(now)
}
