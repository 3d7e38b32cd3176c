import { errorCode, type JsonObject, type PluginManifest, type ToolContribution } from '@nexus/plugin-api'
import type { CallOrigin, HandlerKind, Invocation, Sandbox } from '../../sandbox/sandbox.ts'
import { orAbort } from '../abort-error.ts'
import { gatewayError, upstreamAnsweredError } from '../errors.ts'
import { isJsonObject, metaOf } from '../json-rpc.ts'
import { RPC } from '../protocol.ts'
import { RpcResult } from '../wire/rpc-result.ts'
import { catalogOf, type Contributed, contributed } from './contributed.ts'
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

interface Invoked {
  readonly handler: HandlerKind
  readonly name: string
  readonly payload: string
  readonly read: (text: string) => JsonObject
}

const readMessages = (text: string) => normalizeListResult(text, 'messages')
const readContents = (text: string) => normalizeListResult(text, 'contents')

function textParameter(params: JsonObject | undefined, name: string): string {
  const value = params?.[name]
  if (typeof value === 'string') return value
  throw gatewayError('PARAMS_INVALID', `Expected a text \`${name}\` in params, found ${typeof value}.`)
}

function resourceName({ resources }: Contributed, uri: string): string {
  const owner =
    resources.find((resource) => 'uri' in resource && resource.uri === uri) ??
    resources.find((resource) => 'uriTemplate' in resource && matchesUriTemplate(resource.uriTemplate, uri))
  if (owner !== undefined) return owner.name
  throw gatewayError('RESOURCE_UNKNOWN', 'Expected a resource of this plugin, found no owner.', { details: { uri } })
}

function invocationOf(own: Contributed, { method, params }: UpstreamRequest): Invoked {
  const given = params?.['arguments']
  const payload = JSON.stringify(isJsonObject(given) ? given : {})
  if (method === 'tools/call') {
    return { handler: 'tool', name: textParameter(params, 'name'), payload, read: normalizeToolResult }
  }
  if (method === 'prompts/get') {
    return { handler: 'prompt', name: textParameter(params, 'name'), payload, read: readMessages }
  }
  if (method === 'resources/read') {
    const uri = textParameter(params, 'uri')
    return { handler: 'resource', name: resourceName(own, uri), payload: JSON.stringify(uri), read: readContents }
  }
  throw upstreamAnsweredError({ code: RPC.methodNotFound, message: `Method not found: ${method}` })
}

/** The sandbox's progress as the notification a client expects, when it asked for it. */
function progressSink({ params, onNotification }: UpstreamRequest): Pick<Invocation, 'onProgress'> {
  const progressToken = metaOf(params)?.['progressToken']
  if (onNotification === undefined || progressToken === undefined) return {}
  return {
    onProgress(progress, total, message) {
      const said = { ...(total === undefined ? {} : { total }), ...(message === undefined ? {} : { message }) }
      onNotification({ method: 'notifications/progress', params: { progressToken, progress, ...said } })
    },
  }
}

/** What a call made from within this one will have above it. */
function originOf({ principal, ancestry }: UpstreamRequest, tool: string | undefined): CallOrigin {
  const chain = ancestry?.chain ?? []
  return { principal, depth: ancestry?.depth ?? 0, chain: tool === undefined ? chain : [...chain, tool] }
}

class SandboxUpstream implements IsolateUpstream {
  readonly id: string
  readonly installationId: string
  readonly pluginId: string
  readonly workspaceId: string
  readonly label: string
  readonly kind: 'isolate' | 'worker'
  readonly #options: IsolateUpstreamOptions
  readonly #own: Contributed
  readonly #listeners = new Set<(change: UpstreamChange) => void>()
  #catalog: UpstreamCatalog | undefined
  #state: UpstreamState = 'idle'
  #lastError: ReturnType<Upstream['lastError']>
  #removed = false

  constructor(options: IsolateUpstreamOptions) {
    const { id, installationId, pluginId, workspaceId, label } = options.identity
    this.id = id
    this.installationId = installationId
    this.pluginId = pluginId
    this.workspaceId = workspaceId
    this.label = label
    this.kind = options.kind ?? 'isolate'
    this.#options = options
    this.#own = contributed(options.manifest)
  }

  state(): UpstreamState {
    return this.#state
  }

  lastError(): ReturnType<Upstream['lastError']> {
    return this.#lastError
  }

  catalog(): Promise<UpstreamCatalog> {
    this.#catalog ??= catalogOf(this.#options.manifest, this.#own, this.#options.dynamicTools?.() ?? [])
    return Promise.resolve(this.#catalog)
  }

  async request(request: UpstreamRequest): Promise<RpcResult> {
    const { read, ...call } = invocationOf(this.#own, request)
    const { requestId, principal, signal, onUse } = request
    const sandbox = await orAbort(this.#started(), signal)
    const caller = { id: principal.id, displayName: principal.displayName }
    const origin = originOf(request, call.handler === 'tool' ? `${this.pluginId}:${call.name}` : undefined)
    const sinks = { ...progressSink(request), ...(onUse === undefined ? {} : { onUse }) }
    const text = await sandbox.invoke({ ...call, requestId, principal: caller, origin, signal, ...sinks })
    return RpcResult.of(read(text))
  }

  onChange(listener: (change: UpstreamChange) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  changed(kind: 'tools' | 'state'): void {
    if (kind === 'tools') this.#catalog = undefined
    for (const listener of this.#listeners) listener({ kind })
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#removed = true
    this.#listeners.clear()
    return Promise.resolve()
  }

  async #started(): Promise<Sandbox> {
    if (this.#removed) throw gatewayError('UPSTREAM_CLOSED', `Expected ${this.label} to stay, found it removed.`)
    if (this.#state !== 'ready') this.#enter('connecting')
    try {
      const sandbox = await this.#options.sandbox()
      this.#lastError = undefined
      if (this.#state !== 'ready') {
        this.#enter('ready')
        void sandbox.exited.then(() => this.#enter('idle'))
      }
      return sandbox
    } catch (error) {
      const message = error instanceof Error ? error.message : 'The sandbox could not be started.'
      this.#lastError = { code: errorCode(error) ?? 'UPSTREAM_UNREACHABLE', message, at: new Date() }
      this.#enter('failed')
      throw error
    }
  }

  #enter(next: UpstreamState): void {
    if (this.#state === next) return
    this.#state = next
    this.changed('state')
  }
}

/** Makes the upstream of one installation's sandbox. */
export function createIsolateUpstream(options: IsolateUpstreamOptions): IsolateUpstream {
  return new SandboxUpstream(options)
}
