import type { JsonObject, PluginManifest, ResourceContribution, ToolContribution } from '@nexus/plugin-api'
import { errorCode } from '@nexus/plugin-api'
import type { HandlerKind, Sandbox } from '../../sandbox/sandbox.ts'
import { orAbort } from '../abort-error.ts'
import { gatewayError } from '../errors.ts'
import { isJsonObject, metaOf } from '../json-rpc.ts'
import { RPC } from '../protocol.ts'
import { upstreamAnsweredError } from '../errors.ts'
import { normalizeListResult, normalizeToolResult } from './normalize-result.ts'
import type { UpstreamIdentity } from './reconnecting-upstream.ts'
import type { Upstream, UpstreamCatalog, UpstreamChange, UpstreamRequest, UpstreamState } from './upstream.ts'
import { matchesUriTemplate } from './uri-template.ts'

export interface IsolateUpstreamOptions {
  readonly identity: UpstreamIdentity
  readonly kind?: 'isolate' | 'worker'
  readonly manifest: PluginManifest
  /** The plugin's sandbox, started if it is not running. */
  readonly sandbox: () => Promise<Sandbox>
  /** Tools that an adapter with `toolsDynamic` defined and that may be shown. */
  readonly dynamicTools?: () => readonly ToolContribution[]
}

/** The upstream of a plugin in a sandbox. The definitions come from the signed manifest: listing starts nothing. */
export interface IsolateUpstream extends Upstream {
  /** To be called when `dynamicTools` answers differently, or the sandbox came or went. */
  changed(kind: 'tools' | 'state'): void
}

interface Contributed {
  readonly tools: readonly ToolContribution[]
  readonly resources: readonly ResourceContribution[]
  readonly prompts: readonly (JsonObject & { readonly name: string })[]
}

function contributed(manifest: PluginManifest): Contributed {
  const { contributes } = manifest
  return {
    tools: 'tools' in contributes ? contributes.tools : [],
    resources: 'resources' in contributes ? contributes.resources : [],
    prompts: 'prompts' in contributes ? (contributes.prompts as unknown as Contributed['prompts']) : [],
  }
}

function makeCatalog(
  manifest: PluginManifest,
  own: Contributed,
  dynamic: readonly ToolContribution[],
): UpstreamCatalog {
  // Manifest entries are parsed JSON: their types only lack the index signature of JsonObject.
  const json = <Entry>(entries: readonly object[]) => entries as unknown as readonly Entry[]
  return {
    serverInfo: { name: manifest.id, version: manifest.version },
    capabilities: { tools: { listChanged: true }, resources: {}, prompts: {} },
    tools: json([...own.tools, ...dynamic]),
    prompts: own.prompts,
    resources: json(own.resources.filter((resource) => 'uri' in resource)),
    resourceTemplates: json(own.resources.filter((resource) => 'uriTemplate' in resource)),
  }
}

interface Invoked {
  readonly handler: HandlerKind
  readonly name: string
  readonly payload: string
  readonly read: (text: string) => JsonObject
}

function textParameter(params: JsonObject | undefined, name: string): string {
  const value = params?.[name]
  if (typeof value === 'string') return value
  throw gatewayError('PARAMS_INVALID', `Expected a text \`${name}\` in params, found ${typeof value}.`)
}

function invocationOf(own: Contributed, { method, params }: UpstreamRequest): Invoked {
  const args = isJsonObject(params?.['arguments']) ? params['arguments'] : {}
  if (method === 'tools/call') {
    const name = textParameter(params, 'name')
    return { handler: 'tool', name, payload: JSON.stringify(args), read: normalizeToolResult }
  }
  if (method === 'prompts/get') {
    const name = textParameter(params, 'name')
    return {
      handler: 'prompt',
      name,
      payload: JSON.stringify(args),
      read: (text) => normalizeListResult(text, 'messages'),
    }
  }
  if (method === 'resources/read') {
    const uri = textParameter(params, 'uri')
    const owner =
      own.resources.find((resource) => 'uri' in resource && resource.uri === uri) ??
      own.resources.find((resource) => 'uriTemplate' in resource && matchesUriTemplate(resource.uriTemplate, uri))
    if (owner === undefined) {
      throw gatewayError('RESOURCE_UNKNOWN', `Expected a resource of this plugin, found no owner of ${uri}.`, {
        details: { uri },
      })
    }
    const read = (text: string) => normalizeListResult(text, 'contents')
    return { handler: 'resource', name: owner.name, payload: JSON.stringify(uri), read }
  }
  throw upstreamAnsweredError({ code: RPC.methodNotFound, message: `Method not found: ${method}` })
}

/** Makes the upstream of one installation's sandbox. */
export function createIsolateUpstream(options: IsolateUpstreamOptions): IsolateUpstream {
  const { identity, manifest } = options
  const own = contributed(manifest)
  const listeners = new Set<(change: UpstreamChange) => void>()
  let catalog: UpstreamCatalog | undefined
  let state: UpstreamState = 'idle'
  let lastError: { readonly code: string; readonly message: string; readonly at: Date } | undefined
  let removed = false
  const tell = (change: UpstreamChange) => {
    for (const listener of listeners) listener(change)
  }
  const enter = (next: UpstreamState) => {
    if (state === next) return
    state = next
    tell({ kind: 'state' })
  }
  const started = async (): Promise<Sandbox> => {
    if (removed) throw gatewayError('UPSTREAM_CLOSED', `Expected the plugin ${manifest.id} to stay, found it removed.`)
    if (state !== 'ready') enter('connecting')
    try {
      const sandbox = await options.sandbox()
      lastError = undefined
      if (state !== 'ready') {
        enter('ready')
        void sandbox.exited.then(() => enter('idle'))
      }
      return sandbox
    } catch (error) {
      const message = error instanceof Error ? error.message : 'The sandbox could not be started.'
      lastError = { code: errorCode(error) ?? 'UPSTREAM_UNREACHABLE', message, at: new Date() }
      enter('failed')
      throw error
    }
  }

  return {
    ...identity,
    kind: options.kind ?? 'isolate',
    state: () => state,
    lastError: () => lastError,
    catalog() {
      catalog ??= makeCatalog(manifest, own, options.dynamicTools?.() ?? [])
      return Promise.resolve(catalog)
    },
    async request(request) {
      const { read, ...call } = invocationOf(own, request)
      const sandbox = await orAbort(started(), request.signal)
      const { onNotification } = request
      const progressToken = metaOf(request.params)?.['progressToken']
      const text = await sandbox.invoke({
        ...call,
        requestId: request.requestId,
        principal: { id: request.principal.id, displayName: request.principal.displayName },
        signal: request.signal,
        ...(onNotification === undefined || progressToken === undefined
          ? {}
          : {
              onProgress: (progress, total, message) =>
                onNotification({
                  method: 'notifications/progress',
                  params: {
                    progressToken,
                    progress,
                    ...(total === undefined ? {} : { total }),
                    ...(message === undefined ? {} : { message }),
                  },
                }),
            }),
      })
      return read(text)
    },
    onChange(listener) {
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },
    changed(kind) {
      if (kind === 'tools') catalog = undefined
      tell({ kind })
    },
    [Symbol.asyncDispose]() {
      removed = true
      listeners.clear()
      return Promise.resolve()
    },
  }
}
