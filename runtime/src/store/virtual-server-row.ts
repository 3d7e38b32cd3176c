import type { JsonValue } from '@nexus/plugin-api'
import type { Role } from '../identity/principal.ts'

// What a virtual server is made of, as its editor wrote it down.

export const ENTRY_KINDS = ['tool', 'prompt', 'resource', 'resourceTemplate'] as const
/** What an upstream offers one of. */
export type EntryKind = (typeof ENTRY_KINDS)[number]

/** What a tool says about itself (MCP tool annotations). */
export const TOOL_HINTS = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const
export type ToolHint = (typeof TOOL_HINTS)[number]
export type ToolHints = { readonly [Hint in ToolHint]?: boolean | undefined }

/** `default`: used when the caller gives none. `fixed`: always used, and no longer the caller's to give. */
export type VirtualArgument = { readonly default: JsonValue } | { readonly fixed: JsonValue }

/** Words of a listed entry that a server says in its own way. */
export interface EntryWords {
  readonly title?: string | undefined
  readonly description?: string | undefined
}

/** One tool of a virtual server. */
export interface VirtualTool extends EntryWords {
  /** `<installation label>` the tool comes from. */
  readonly upstream: string
  /** The upstream's own tool name, or `*` for all of its tools, resources and prompts. */
  readonly tool: string
  /** Exposed name; by default made from the prefix mode. */
  readonly as?: string | undefined
  readonly annotations?: ToolHints | undefined
  /** By name of the argument. */
  readonly arguments?: Readonly<Record<string, VirtualArgument>> | undefined
}

export interface VirtualPrompt extends EntryWords {
  readonly upstream: string
  readonly prompt: string
  readonly as?: string | undefined
}

export interface VirtualResource extends EntryWords {
  readonly upstream: string
  readonly uri: string
}

export interface VirtualTemplate extends EntryWords {
  readonly upstream: string
  readonly uriTemplate: string
}

/** Fits an entry when all that it says fits; what it does not say fits everything. */
export interface EntryFilter {
  readonly kinds?: readonly EntryKind[] | undefined
  /** Label of the upstream; `*` in it stands for any run of characters. */
  readonly upstream?: string | undefined
  /** The entry's own name or URI; `*` in it stands for any run of characters. */
  readonly name?: string | undefined
  /** Only tools have hints; a hint that is absent counts as the specification's default. */
  readonly annotations?: ToolHints | undefined
  /** Fits what has at least one of them. */
  readonly tags?: readonly string[] | undefined
}

/** Some principals: by role or by id. Neither says everybody. */
export interface Audience {
  readonly roles?: readonly Role[] | undefined
  /** `user:<id>` (with all tokens of that person) or `token:<id>`. */
  readonly principals?: readonly string[] | undefined
}

/** Narrows what some may use of one server; never widens what the workspace's rules allow. */
export interface ServerRule extends EntryFilter, Audience {
  readonly effect: 'allow' | 'deny'
}

/** Calls per minute, tool calls, resource reads and prompts together. */
export interface ServerRate {
  readonly perPrincipal?: number | undefined
  readonly total?: number | undefined
}

/** Whether clients search the tools in place of reading the whole list. */
export interface ServerToolSearch {
  /** `auto`: when the server offers more tools than `above`. */
  readonly mode: 'auto' | 'always' | 'never'
  /** By default 60. */
  readonly above?: number | undefined
}

/** Everything about a virtual server that its editor decides. */
export interface VirtualServerDefinition {
  /** `^[a-z0-9-]{1,40}$`, unique in the host: it is the path `/v/<name>/mcp`. */
  readonly name: string
  readonly title: string
  readonly description: string
  readonly prefixMode: 'always' | 'conditional' | 'never'
  readonly tools: readonly VirtualTool[]
  readonly prompts: readonly VirtualPrompt[]
  readonly resources: readonly VirtualResource[]
  readonly resourceTemplates: readonly VirtualTemplate[]
  /** Takes whatever fits one of them, also what comes later. */
  readonly include: readonly EntryFilter[]
  /** Leaves out whatever fits one of them, however it was taken. */
  readonly exclude: readonly EntryFilter[]
  /** Who may use the server at all. */
  readonly access: Audience
  readonly rules: readonly ServerRule[]
  readonly rate: ServerRate
  readonly toolSearch: ServerToolSearch
}

export interface VirtualServerRow extends VirtualServerDefinition {
  readonly id: string
  readonly workspaceId: string
  /** Grows with every change; 1 at first. */
  readonly revision: number
  readonly createdAt: Date
  readonly updatedAt: Date
}
