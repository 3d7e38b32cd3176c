import type { Bridge } from './bridge.ts'
import type { Timers } from './globals/timers.ts'
import { codedError, expectText, own } from './guest-error.ts'
import type { Disposer, HandlerKind, Handlers } from './handlers.ts'
import { freeze, hasOwn, parseJson, toJson, toNumber, toText } from './primordials.ts'
import type { Boot } from './wire.ts'

const MAX_SLEEP_MS = 60_000

/** Everything the context is made of. */
export interface ContextParts {
  readonly boot: Boot
  readonly bridge: Bridge
  readonly handlers: Handlers
  readonly log: object
  readonly now: () => number
  readonly timers: Timers
  readonly signal: object
  /** Work that activation waits for, so that its failure fails the start. */
  readonly during: (work: Promise<unknown>) => void
}

/** The plugin's context: frozen, without prototypes to pollute, each member a question to the host. */
export function createContext(parts: ContextParts): object {
  const { boot, bridge, handlers } = parts
  const handle = (kind: HandlerKind) => (name: string, handler: unknown) => handlers.add(kind, name, handler)
  return freeze({
    plugin: freeze({ ...boot.plugin }),
    installation: freeze({ id: boot.installationId }),
    workspace: freeze({ id: boot.workspaceId }),
    config: freezeDeep(boot.config),
    signal: parts.signal,
    log: parts.log,
    clock: freeze({ now: parts.now, sleep: createSleep(parts.timers) }),
    storage: createStorage(bridge),
    network: freeze({ fetch: (url: unknown, request?: unknown) => askFetch(bridge, url, request) }),
    secrets: freeze({
      read: async (field: unknown) => bridge.ask('secrets.read', { field: expectText(field, 'the field') }),
    }),
    tools: freeze({
      handle: handle('tool'),
      define: (tool: unknown, handler: unknown) => defineTool(parts, tool, handler),
    }),
    resources: freeze({ handle: handle('resource') }),
    prompts: freeze({ handle: handle('prompt') }),
    policies: freeze({ handle: handle('policy') }),
    upstreams: freeze({
      stdio: (name: unknown, spec: unknown) => openUpstream(parts, 'stdio', name, spec),
      http: (name: unknown, spec: unknown) => openUpstream(parts, 'http', name, spec),
    }),
  })
}

interface Cancellable {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void, options?: object): void
}

function createSleep(timers: Timers): (ms: unknown, signal?: Cancellable) => Promise<void> {
  return async (ms, signal) => {
    const wait = toNumber(ms)
    if (!(wait >= 0 && wait <= MAX_SLEEP_MS)) throw new RangeError(`Expected 0 to ${MAX_SLEEP_MS} ms, found ${wait}.`)
    await new Promise<void>((resolve, reject) => {
      const cancelled = (): void => reject(codedError('CALL_CANCELLED', 'The sleep was cancelled.'))
      if (signal?.aborted === true) {
        cancelled()
        return
      }
      const timer = timers.setTimeout(() => resolve(), wait)
      signal?.addEventListener('abort', () => {
        timers.clearTimeout(timer)
        cancelled()
      })
    })
  }
}

function createStorage(bridge: Bridge): object {
  return freeze({
    async get(key: unknown) {
      const text = await bridge.ask('storage.get', { key: expectText(key, 'the key') })
      return typeof text === 'string' ? (parseJson(text) as unknown) : undefined
    },
    async set(key: unknown, value: unknown) {
      const text = toJson(value)
      if (typeof text !== 'string') throw new TypeError('Expected a JSON value, found undefined or a function.')
      await bridge.ask('storage.set', { key: expectText(key, 'the key'), value: text })
    },
    delete: async (key: unknown) => bridge.ask('storage.delete', { key: expectText(key, 'the key') }),
    list: async (options: unknown = {}) =>
      bridge.ask('storage.list', {
        prefix: own(options, 'prefix'),
        after: own(options, 'after'),
        limit: own(options, 'limit'),
      }),
  })
}

async function askFetch(bridge: Bridge, url: unknown, request: unknown): Promise<unknown> {
  const text = typeof url === 'object' && url !== null ? toText(url) : expectText(url, 'the URL')
  const asked: Record<string, unknown> = { url: text }
  for (const name of ['method', 'headers', 'secretHeaders', 'body', 'timeoutMs']) {
    const value = own(request, name)
    if (value !== undefined) asked[name] = value
  }
  return bridge.ask('network.fetch', asked)
}

function defineTool(parts: ContextParts, tool: unknown, handler: unknown): Disposer {
  if (!parts.boot.toolsDynamic) {
    throw codedError(
      'TOOL_NOT_DECLARED',
      'Expected `toolsDynamic` in the manifest of an adapter that defines tools at run time.',
    )
  }
  const name = expectText(own(tool, 'name'), 'the tool name')
  const registration = parts.handlers.define(name, handler, () => tellHost(parts, 'tools.withdraw', name))
  parts.during(parts.bridge.ask('tools.define', { tool }))
  return registration
}

function tellHost(parts: ContextParts, capability: string, name: string): void {
  if (!parts.handlers.isStopping()) parts.during(parts.bridge.ask(capability, { name }))
}

async function openUpstream(
  parts: ContextParts,
  transport: 'stdio' | 'http',
  name: unknown,
  spec: unknown,
): Promise<Disposer> {
  const text = expectText(name, 'the upstream name')
  await parts.bridge.ask('upstreams.open', { name: text, transport, spec })
  return parts.handlers.onStop(() => tellHost(parts, 'upstreams.close', text))
}

function freezeDeep<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  for (const key in value) if (hasOwn(value, key)) freezeDeep(value[key])
  return freeze(value)
}
