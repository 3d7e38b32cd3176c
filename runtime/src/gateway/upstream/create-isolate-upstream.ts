import { errorCode, type PluginManifest } from '@nexus/plugin-api'
import type { CallOrigin, Invocation, Sandbox } from '../../sandbox/sandbox.ts'
import { orAbort } from '../abort-error.ts'
import { gatewayError } from '../errors.ts'
import { metaOf } from '../json-rpc.ts'
import { RpcResult } from '../wire/rpc-result.ts'
import { type AskGrants, type ClientQuestions, createClientQuestions, pluginCode } from './ask-client.ts'
import { catalogOf, type Contributed, contributed } from './contributed.ts'
import type { UpstreamIdentity } from './reconnecting-upstream.ts'
import { type SandboxRequest, resourceOf, sandboxRequestOf } from './sandbox-request.ts'
import type { Upstream, UpstreamCatalog, UpstreamChange, UpstreamRequest, UpstreamState } from './upstream.ts'

export interface IsolateUpstreamOptions {
  readonly identity: UpstreamIdentity
  readonly kind?: 'isolate' | 'worker'
  readonly manifest: PluginManifest
  /** The plugin's sandbox, started if it is not running. */
  readonly sandbox: () => Promise<Sandbox>
  /** What an adapter defined at run time and that may be shown. */
  readonly learnt?: () => Contributed
  /** What the plugin may ask clients for; absent: nothing. */
  readonly asks?: AskGrants
}

/** The upstream of a plugin in a sandbox. The definitions come from the signed manifest: listing starts nothing. */
export interface IsolateUpstream extends Upstream {
  /** To be called when `learnt` answers differently, or the sandbox came or went. */
  changed(kind: 'tools' | 'resources' | 'prompts' | 'state'): void
  /** The content behind a URI of this plugin changed. Throws `RESOURCE_UNKNOWN` for any other. */
  resourceChanged(uri: string): void
}

const NO_ASKS: AskGrants = { granted: [], used: () => undefined }

/** What a call tells its client while it runs; progress only to a client that asked for it. */
function sinksOf({ params, onNotification }: UpstreamRequest): Pick<Invocation, 'onProgress' | 'onMessage'> {
  if (onNotification === undefined) return {}
  const progressToken = metaOf(params)?.['progressToken']
  const onMessage: Invocation['onMessage'] = ({ level, data, logger }) =>
    onNotification({
      method: 'notifications/message',
      params: { level, data, ...(logger === undefined ? {} : { logger }) },
    })
  if (progressToken === undefined) return { onMessage }
  return {
    onMessage,
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
  readonly tags: readonly string[] | undefined
  readonly kind: 'isolate' | 'worker'
  readonly #options: IsolateUpstreamOptions
  #own: Contributed | undefined
  readonly #listeners = new Set<(change: UpstreamChange) => void>()
  #catalog: UpstreamCatalog | undefined
  #state: UpstreamState = 'idle'
  #lastError: ReturnType<Upstream['lastError']>
  #removed = false

  constructor(options: IsolateUpstreamOptions) {
    const { id, installationId, pluginId, workspaceId, label, tags } = options.identity
    this.id = id
    this.installationId = installationId
    this.pluginId = pluginId
    this.workspaceId = workspaceId
    this.label = label
    this.tags = tags
    this.kind = options.kind ?? 'isolate'
    this.#options = options
  }

  state(): UpstreamState {
    return this.#state
  }

  lastError(): ReturnType<Upstream['lastError']> {
    return this.#lastError
  }

  catalog(): Promise<UpstreamCatalog> {
    this.#catalog ??= catalogOf(this.#options.manifest, this.#contributed())
    return Promise.resolve(this.#catalog)
  }

  async request(request: UpstreamRequest): Promise<RpcResult> {
    const asked = sandboxRequestOf(this.#contributed(), request)
    if ('answer' in asked) return RpcResult.of(asked.answer)
    const sandbox = await orAbort(this.#started(), request.signal)
    const questions = createClientQuestions(request, this.#options.asks ?? NO_ASKS)
    let text: string
    try {
      text = await sandbox.invoke(this.#invocation(asked, request, questions))
    } catch (error) {
      throw asked.handler === 'resource' ? unknownResource(questions.explain(error), request) : questions.explain(error)
    }
    const result = asked.read(text)
    return RpcResult.of(result['resultType'] === 'input_required' ? questions.checkInputRequired(result) : result)
  }

  onChange(listener: (change: UpstreamChange) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  changed(kind: 'tools' | 'resources' | 'prompts' | 'state'): void {
    if (kind !== 'state') {
      this.#catalog = undefined
      this.#own = undefined
    }
    for (const listener of this.#listeners) listener({ kind })
  }

  resourceChanged(uri: string): void {
    resourceOf(this.#contributed(), uri)
    for (const listener of this.#listeners) listener({ kind: 'resource', uri })
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#removed = true
    this.#listeners.clear()
    return Promise.resolve()
  }

  #contributed(): Contributed {
    this.#own ??= contributed(this.#options.manifest, this.#options.learnt?.())
    return this.#own
  }

  #invocation(
    { read: _read, ...call }: SandboxRequest,
    request: UpstreamRequest,
    { ask }: Pick<ClientQuestions, 'ask'>,
  ): Invocation {
    const { requestId, principal, signal, onUse } = request
    const caller = { id: principal.id, displayName: principal.displayName }
    const origin = originOf(request, call.handler === 'tool' ? `${this.pluginId}:${call.name}` : undefined)
    const sinks = { ...sinksOf(request), ...(onUse === undefined ? {} : { onUse }) }
    return { ...call, requestId, principal: caller, origin, signal, ask, ...sinks }
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

/** A template may fit a URI that stands for nothing: only the plugin knows. */
function unknownResource(error: unknown, { params }: UpstreamRequest): unknown {
  if (pluginCode(error) !== 'RESOURCE_UNKNOWN') return error
  return gatewayError('RESOURCE_UNKNOWN', 'Resource not found: the plugin has none at this URI.', {
    details: { uri: params?.['uri'] },
  })
}

/** Makes the upstream of one installation's sandbox. */
export function createIsolateUpstream(options: IsolateUpstreamOptions): IsolateUpstream {
  return new SandboxUpstream(options)
}
