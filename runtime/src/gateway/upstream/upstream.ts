import type { JsonObject } from '@nexus/plugin-api'
import type { Principal } from '../../identity/principal.ts'
import type { CallUse } from '../../sandbox/sandbox.ts'
import type { Era } from '../protocol.ts'
import type { RpcResult } from '../wire/rpc-result.ts'
import type { UpstreamPool } from './pool/pool.ts'

/** What kind of thing answers. The router never asks; people and metrics do. */
export type UpstreamKind = 'isolate' | 'worker' | 'process' | 'remote'

/** `idle`: not started yet or stopped for lack of use; its catalog is still known. */
export type UpstreamState = 'idle' | 'connecting' | 'ready' | 'failed'

/** What an upstream offers. Entries are the upstream's own objects, passed on with unknown members intact. */
export interface UpstreamCatalog {
  readonly serverInfo: { readonly name: string; readonly version: string }
  readonly instructions?: string
  /** MCP server capabilities as the upstream declared them. */
  readonly capabilities: JsonObject
  readonly tools: readonly NamedEntry[]
  readonly prompts: readonly NamedEntry[]
  readonly resources: readonly (JsonObject & { readonly uri: string })[]
  readonly resourceTemplates: readonly (JsonObject & { readonly uriTemplate: string })[]
  /** For how long the upstream lets its lists be kept; absent: until it says that they changed. */
  readonly ttlMs?: number
}

export type NamedEntry = JsonObject & { readonly name: string }

/** A JSON-RPC notification or request that an upstream sends while it serves a call. */
export interface UpstreamMessage {
  readonly method: string
  readonly params: JsonObject | undefined
}

/** The client behind a request, as far as an upstream may know it. */
export interface CallClient {
  /** Same for all calls of one session (legacy) or one principal (modern). Never sent anywhere. */
  readonly key: string
  /** Whose client it is. Never sent anywhere. Absent: a client of its own. */
  readonly principalId?: string
  /** An upstream that speaks both eras is asked in this one. */
  readonly era: Era
  readonly capabilities: JsonObject
  readonly info: JsonObject | undefined
  /** Least severe log level the client wants (RFC 5424 name); `undefined` when it did not say. */
  readonly logLevel: string | undefined
}

/** What is above a call that a plugin made from within another. */
export interface CallAncestry {
  /** Calls, events and runs above this call; at least 1. */
  readonly depth: number
  /** The tools above that wait for this call, `publisher/plugin:tool`, outermost first. */
  readonly chain: readonly string[]
}

/** A process that runs for an upstream. */
export interface RunningProcess {
  /** What stands between it and the machine: a level, the layers in force, and a sentence for each that is missing. */
  readonly containment: {
    readonly level: 'none' | 'limits' | 'contained'
    readonly layers: readonly string[]
    readonly missing: readonly string[]
  }
  /** What it and everything it started use; `undefined` where the system does not tell. */
  readonly usage:
    | { readonly processes: number; readonly residentBytes: number; readonly cpuMicroseconds: number }
    | undefined
}

/** One request to an upstream, in the upstream's own names. */
export interface UpstreamRequest {
  readonly method: string
  readonly params: JsonObject | undefined
  readonly requestId: string
  readonly principal: Principal
  /** Absent for what a client asked. */
  readonly ancestry?: CallAncestry | undefined
  /** Absent for requests of the host itself. */
  readonly client?: CallClient
  /** Aborting cancels the call upstream. */
  readonly signal: AbortSignal
  /** Progress, log messages and other notifications that belong to this request. */
  readonly onNotification?: (message: UpstreamMessage) => void
  /**
   * Elicitation, sampling and roots requests of the upstream; absent when the client cannot answer any. `withdrawn`
   * aborts when the upstream takes its question back.
   */
  readonly onRequest?: (message: UpstreamMessage, withdrawn?: AbortSignal) => Promise<JsonObject>
  /** Told what the request used, right before it settles; by upstreams that can tell. */
  readonly onUse?: (use: CallUse) => void
}

/** What changed at an upstream. */
export type UpstreamChange =
  | { readonly kind: 'tools' | 'prompts' | 'resources' | 'state' }
  | { readonly kind: 'resource'; readonly uri: string }

/**
 * Everything that speaks: an isolate's tools, a stdio process, a remote server. A request answers with the JSON-RPC
 * result, or rejects: with `JsonRpcError` semantics (`details.rpc = {code, message, data}`) for an error the upstream
 * answered, with a coded `NexusError` for everything else (`UPSTREAM_DIED`, `UPSTREAM_TIMEOUT`, `UPSTREAM_UNREACHABLE` …).
 */
export interface Upstream extends AsyncDisposable {
  /** Unique in the host: `<installation id>` or `<installation id>:<upstream name>`. */
  readonly id: string
  readonly installationId: string
  /** `publisher/name` of the plugin that brought it; policy and audit name it. */
  readonly pluginId: string
  readonly workspaceId: string
  /** Default prefix of exposed names, `^[a-zA-Z0-9_-]{1,32}$`; unique within the workspace and never changes. */
  readonly label: string
  /** What its plugin's manifest says of it in single words; virtual servers pick by them. */
  readonly tags?: readonly string[] | undefined
  readonly kind: UpstreamKind
  /** Whether each user has connections of their own: what these say is that user's. */
  readonly isPerUser?: boolean
  state(): UpstreamState
  /** Code and message of the last failure, cleared by the next success. */
  lastError(): { readonly code: string; readonly message: string; readonly at: Date } | undefined
  /** The process behind it; absent, or `undefined` while none runs. */
  process?(): RunningProcess | undefined
  /** The replicas behind it; absent for what runs inside the host. */
  pool?(): UpstreamPool | undefined
  /** Connects if needed. Resolves to the lists as last seen; rejects when nothing was ever seen and connecting fails. */
  catalog(signal: AbortSignal): Promise<UpstreamCatalog>
  request(request: UpstreamRequest): Promise<RpcResult>
  /** Calls back after a change; the new lists are in `catalog()`. */
  onChange(listener: (change: UpstreamChange) => void): Disposable
}

/** The upstreams of the host, by workspace. Admission code adds and removes; the gateway reads and listens. */
export interface UpstreamTable {
  add(upstream: Upstream): Disposable
  list(workspaceId: string): readonly Upstream[]
  get(id: string): Upstream | undefined
  onChange(
    listener: (
      workspaceId: string,
      upstreamId: string,
      change: UpstreamChange | { readonly kind: 'added' | 'removed' },
    ) => void,
  ): Disposable
}
