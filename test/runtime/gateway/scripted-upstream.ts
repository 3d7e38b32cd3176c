import type { JsonObject } from '@nexus/plugin-api'
import type {
  NamedEntry,
  Upstream,
  UpstreamCatalog,
  UpstreamChange,
  UpstreamRequest,
  UpstreamState,
} from '../../../runtime/src/gateway/upstream/upstream.ts'
import { RpcResult } from '../../../runtime/src/gateway/wire/rpc-result.ts'
import { identity, WORKSPACE } from './harness.ts'

/** An upstream whose lists and answers a test sets, and that counts what it is asked. */
export interface ScriptedUpstream extends Upstream {
  readonly asked: UpstreamRequest[]
  /** Changes the lists and says so. */
  offer(change: Partial<Pick<UpstreamCatalog, 'tools' | 'prompts' | 'instructions' | 'resources'>>): void
  answer(next: (request: UpstreamRequest) => JsonObject | Promise<JsonObject>): void
  enter(state: UpstreamState): void
  tell(change: UpstreamChange): void
}

export function tool(name: string, more: JsonObject = {}): NamedEntry {
  return { name, description: `Does ${name}.`, inputSchema: { type: 'object' }, ...more }
}

export function scriptedUpstream(
  label: string,
  given: Partial<UpstreamCatalog> = {},
  kind: Upstream['kind'] = 'remote',
  workspaceId = WORKSPACE,
): ScriptedUpstream {
  const listeners = new Set<(change: UpstreamChange) => void>()
  let state: UpstreamState = 'ready'
  let catalog: UpstreamCatalog = {
    serverInfo: { name: label, version: '1.0.0' },
    capabilities: { tools: {}, prompts: {}, resources: {} },
    tools: [],
    prompts: [],
    resources: [],
    resourceTemplates: [],
    ...given,
  }
  let respond: (request: UpstreamRequest) => JsonObject | Promise<JsonObject> = () => ({ content: [] })
  const asked: UpstreamRequest[] = []
  const tell = (change: UpstreamChange): void => {
    for (const listener of listeners) listener(change)
  }
  return {
    ...identity(label, workspaceId),
    kind,
    asked,
    state: () => state,
    lastError: () => undefined,
    catalog: () => Promise.resolve(catalog),
    async request(request) {
      asked.push(request)
      return RpcResult.of(await respond(request))
    },
    onChange(listener) {
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },
    offer(change) {
      catalog = { ...catalog, ...change }
      tell({ kind: 'tools' })
    },
    answer(next) {
      respond = next
    },
    enter(next) {
      state = next
      tell({ kind: 'state' })
    },
    tell,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}
