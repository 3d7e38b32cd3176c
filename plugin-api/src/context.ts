import type { CallInfo, CancelSignal, CompletionCall, ReadCall } from './call.ts'
import type { ConfigValues } from './config-field.ts'
import type { PromptContribution, ResourceContribution, ToolContribution } from './contribution.ts'
import type { HostEventName, HostEvents } from './host-events.ts'
import type { InputRequired } from './input-request.ts'
import type { JsonObject, JsonValue } from './json.ts'
import type { PolicyDecision, PolicyEvent } from './policy.ts'
import type { Files } from './files.ts'
import type { UpstreamLimits } from './upstream-limits.ts'
import type { Storage } from './storage.ts'

/** Undoes a registration. Stopping a plugin disposes everything it registered, in reverse order. */
export interface Registration {
  dispose(): void
}

/** Writes to the plugin's log. Lines over 4 KiB are cut; the profile limits bytes per minute. Secrets are masked. */
export interface Logger {
  debug(message: string, fields?: JsonObject): void
  info(message: string, fields?: JsonObject): void
  warn(message: string, fields?: JsonObject): void
  error(message: string, fields?: JsonObject): void
}

/** Time as the sandbox profile allows it to be seen. */
export interface Clock {
  /** Milliseconds since the Unix epoch, rounded to the profile's resolution. */
  now(): number
  /** Resolves after `ms` milliseconds (0 to 60,000); rejects with `CALL_CANCELLED` when `signal` aborts. */
  sleep(ms: number, signal?: CancelSignal): Promise<void>
}

/** Where to put a secret that the plugin may use but not see: `format` is the header's text, `{}` is the secret. */
export interface SecretHeader {
  /** Name of the config field of type `secret`. */
  readonly secret: string
  /** For example `Bearer {}`; default `{}`. */
  readonly format?: string
}

/** A request through the broker. Only granted hosts and methods; redirects are followed only to granted hosts. */
export interface NetworkRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Headers whose value holds a secret, filled in by the broker. */
  readonly secretHeaders?: Readonly<Record<string, SecretHeader>>
  /** Text body; at most 1 MiB by default. */
  readonly body?: string
  /** Milliseconds until `NETWORK_TIMEOUT`; default 10,000, at most 60,000. */
  readonly timeoutMs?: number
}

/** The answer to a request. */
export interface NetworkResponse {
  readonly status: number
  /** Lower-case names; several values of one name are joined with `, `. `set-cookie` is not handed over. */
  readonly headers: Readonly<Record<string, string>>
  /** The URL after redirects. */
  readonly url: string
  /** Decoded body as text; bodies that are not text fail with `NETWORK_NOT_TEXT`. */
  readonly body: string
}

/**
 * HTTP to granted hosts. Fails with `NETWORK_DENIED` (host, method or address not granted), `NETWORK_TIMEOUT`,
 * `NETWORK_TOO_LARGE`, `NETWORK_FAILED`.
 */
export interface Network {
  fetch(url: string, request?: NetworkRequest): Promise<NetworkResponse>
}

/** Secrets granted with access `read`. Fails with `SECRET_DENIED` for any other. */
export interface Secrets {
  /** The plain value of the secret chosen in config field `field`. */
  read(field: string): Promise<string>
}

/** One content block of a result, as MCP defines it. */
export type ContentBlock = { readonly type: string } & JsonObject

/** What a tool answers. Source: MCP `CallToolResult`. */
export interface ToolResult {
  readonly content?: readonly ContentBlock[]
  readonly structuredContent?: JsonValue
  /** True when the tool ran and failed in a way the model should see. */
  readonly isError?: boolean
  readonly _meta?: JsonObject
}

/**
 * What a handler answers with: at once or later, or `input_required` to be called again with the client's answers in
 * `call.inputResponses`. Nothing is kept between the rounds but `requestState`.
 */
export type Answer<Result> = Promise<Result | InputRequired> | Result | InputRequired

/** Answers one call of a tool. A plain string becomes one text block. */
export type ToolHandler = (args: JsonObject, call: CallInfo) => Answer<ToolResult | string>

/** Serves the manifest's tools and calls those of others; adapters with `toolsDynamic` may also define tools here. */
export interface Tools {
  /** Serves the manifest's tool `name`. Fails with `TOOL_NOT_DECLARED` for a name that the manifest does not hold. */
  handle(name: string, handler: ToolHandler): Registration
  /** Defines a tool at run time. Only adapters whose manifest says `toolsDynamic`. */
  define(tool: ToolContribution, handler: ToolHandler): Registration
  /**
   * Calls a tool of another plugin of the workspace, `publisher/plugin:tool`, for the caller of `options.call`: policies
   * judge the call as if that caller had made it, and it ends when that call does. Within an event or a scheduled run
   * the plugin calls in its own name. Needs the `tools` permission.
   *
   * Resolves to what the tool answered, `isError` included. Fails with `PERMISSION_DENIED` (tool not granted),
   * `CALL_REQUIRED` (`call` is over or was never this plugin's), `TOOL_UNKNOWN`, `TOOL_AMBIGUOUS` (several installations
   * offer it), `TOOL_DENIED` (by a policy), `TOOL_CYCLE` (the tool is further up in this very call), `CALL_DEPTH` (more
   * than eight calls deep), `TOOL_RESULT_TOO_LARGE`, `CALL_CANCELLED`, and with `TOOL_FAILED` for everything else;
   * `details.code` of the error then says what failed, for example `SANDBOX_TIMEOUT`.
   */
  call(tool: string, args: JsonObject, options: { readonly call: CallInfo }): Promise<ToolResult>
}

/** An event as a subscriber gets it. */
export interface PluginEvent<Payload = JsonValue> {
  /** `tool.called`, or `acme.site-watch.changed` for another plugin's. */
  readonly name: string
  /** When it happened, ISO 8601. */
  readonly at: string
  /** `host`, or the id of the plugin that sent it. */
  readonly source: string
  readonly payload: Payload
}

/** Hears one event. What it returns is ignored; what it throws is counted and logged, never told to the sender. */
export type EventHandler<Payload = JsonValue> = (event: PluginEvent<Payload>, call: CallInfo) => Promise<void> | void

/**
 * Events of the host and of other plugins of the same workspace. Each is delivered at most once, one after the other,
 * to those who run when it happens; what a full queue (256 events) cannot take is dropped and counted.
 */
export interface Events {
  /**
   * Registers the handler of an event that the manifest's `permissions.events` holds with direction `subscribe`. Fails
   * with `EVENT_NOT_DECLARED` for any other. Register during `activate`.
   */
  on<Name extends HostEventName>(name: Name, handler: EventHandler<HostEvents[Name]>): Registration
  on(name: string, handler: EventHandler): Registration
  /**
   * Sends an event of the plugin's own, declared with direction `emit`. Resolves when the host took it, not when it was
   * heard. Payload: JSON up to 64 KiB. Fails with `PERMISSION_DENIED`, `EVENT_QUOTA` (`eventsPerMinute` of the sandbox
   * profile; `details` hold limit and value), `CAPABILITY_ARGUMENT`, and with `CALL_DEPTH` when events answer events
   * more than eight deep.
   */
  emit(name: string, payload: JsonValue): Promise<void>
}

/** What a scheduled run knows about itself. */
export interface ScheduledRun {
  /** The schedule's name in the manifest. */
  readonly name: string
  /** The time that was meant, ISO 8601; the run begins up to half a minute later. */
  readonly scheduledAt: string
}

/** Does the work of one schedule, within the limits of any call. What it returns is ignored. */
export type ScheduleHandler = (run: ScheduledRun, call: CallInfo) => Promise<void> | void

/** Runs of the plugin's own accord. Needs the `schedules` permission, which holds name and time. */
export interface Schedules {
  /**
   * Serves the manifest's schedule `name`. One run at a time: while one is not done, the next is left out. Nothing runs
   * while the plugin is not active. Fails with `SCHEDULE_NOT_DECLARED` for a name that the manifest does not hold.
   */
  handle(name: string, handler: ScheduleHandler): Registration
}

/** What reading a resource answers. Source: MCP `ReadResourceResult`. */
export interface ResourceResult {
  readonly contents: readonly JsonObject[]
  readonly _meta?: JsonObject
}

/** Reads a resource. `uri` is the URI asked for. Throw an error with the code `RESOURCE_UNKNOWN` when there is none. */
export type ResourceHandler = (uri: string, call: ReadCall) => Answer<ResourceResult>

/** Values for one argument or variable. Source: MCP `CompleteResult`. */
export interface Completion {
  /** The best first; those after the hundredth are not passed on. */
  readonly values: readonly string[]
  /** How many there are in all, when that is known. */
  readonly total?: number
  readonly hasMore?: boolean
}

/** Suggests values that go on from what was typed so far. */
export type CompletionHandler = (
  typed: string,
  call: CompletionCall,
) => Promise<readonly string[] | Completion> | readonly string[] | Completion

/** Serves the manifest's resources; adapters with `resourcesDynamic` may also define some here. */
export interface Resources {
  /** Serves the manifest's resource or template of this name. Fails with `RESOURCE_NOT_DECLARED` for any other. */
  handle(name: string, handler: ResourceHandler): Registration
  /** Suggests values of a variable that the template `name` lists in its `completions`. */
  complete(name: string, variable: string, handler: CompletionHandler): Registration
  /** Defines a resource or template at run time. Only adapters whose manifest says `resourcesDynamic`. */
  define(resource: ResourceContribution, handler: ResourceHandler): Registration
  /**
   * Tells clients that subscribed to it that the content behind `uri` changed. Resolves when the host took it. Fails with
   * `CONTRIBUTION_REFUSED` for a URI that is none of this plugin's.
   */
  changed(uri: string): Promise<void>
}

/** What a prompt answers. Source: MCP `GetPromptResult`. */
export interface PromptResult {
  readonly description?: string
  readonly messages: readonly JsonObject[]
  readonly _meta?: JsonObject
}

/** Makes a prompt's messages. Arguments that the manifest requires are always there. */
export type PromptHandler = (args: Readonly<Record<string, string>>, call: CallInfo) => Answer<PromptResult>

/** Serves the manifest's prompts; adapters with `promptsDynamic` may also define some here. */
export interface Prompts {
  /** Serves the manifest's prompt of this name. Fails with `PROMPT_NOT_DECLARED` for any other. */
  handle(name: string, handler: PromptHandler): Registration
  /** Suggests values of an argument that the prompt `name` lists in its `completions`. */
  complete(name: string, argument: string, handler: CompletionHandler): Registration
  /** Defines a prompt at run time. Only adapters whose manifest says `promptsDynamic`. */
  define(prompt: PromptContribution, handler: PromptHandler): Registration
}

/** One for all users, or one for each. */
export type UpstreamSharing = 'shared' | 'perUser'

/** A stdio MCP server for the host to start. Needs the `processes` permission. */
export interface StdioUpstream {
  /** An npm package `name@version` (the host installs it without scripts and runs its bin), or a command on the host. */
  readonly package?: string
  /** Which bin of the package; default the package's only or equally named one. */
  readonly bin?: string
  readonly command?: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Environment variables whose value is a secret: variable to field of type `secret`, or `field.NAME` for `secrets`. */
  readonly secretEnv?: Readonly<Record<string, string>>
  /** Equal processes that share the calls, 1 to 16; default 1. A server that keeps something in memory needs one. */
  readonly instances?: number
  /** One process for everybody, or one for each user, stopped when unused; default `shared`. */
  readonly sharing?: UpstreamSharing
  /**
   * Whose secrets `secretEnv` takes: the workspace's, or those of the same name that the calling user keeps; default
   * `shared`. `perUser` needs `sharing: 'perUser'`.
   */
  readonly credentials?: UpstreamSharing
  readonly limits?: UpstreamLimits
}

/** A remote MCP server (Streamable HTTP). Needs the `network` permission for its host. */
export interface HttpUpstream {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly secretHeaders?: Readonly<Record<string, SecretHeader>>
  /** Addresses of equal servers that share the calls with the one at `url`, up to 15. */
  readonly replicas?: readonly string[]
  /**
   * Whose secrets `secretHeaders` takes: the workspace's, or those of the same name that the calling user keeps; default
   * `shared`. With `perUser` each user has connections of their own, and lists are read with the workspace's secret.
   */
  readonly credentials?: UpstreamSharing
  /**
   * For a server that demands OAuth and whose authorization server registers no clients itself: what somebody registered
   * there by hand, with `<host>/oauth/upstream/callback` as the address to come back to. `secret` is a secret field of
   * the configuration. Without it the host introduces itself (client metadata document, else RFC 7591).
   */
  readonly oauthClient?: { readonly id: string; readonly secret?: string }
  readonly limits?: UpstreamLimits
}

/** Connects the host to MCP servers. `name` is an entry of the manifest's `upstreams`. */
export interface Upstreams {
  stdio(name: string, upstream: StdioUpstream): Promise<Registration>
  http(name: string, upstream: HttpUpstream): Promise<Registration>
}

/** Registers the manifest's policies. */
export interface Policies {
  handle(name: string, handler: (event: PolicyEvent) => Promise<PolicyDecision> | PolicyDecision): Registration
}

/**
 * What a plugin gets at activation. Only what was granted works; a member without its grant fails with
 * `PERMISSION_DENIED`, naming the permission.
 */
export interface PluginContext {
  readonly plugin: { readonly id: string; readonly version: string }
  readonly installation: { readonly id: string }
  readonly workspace: { readonly id: string }
  /** The configuration the admin wrote; secret fields hold the secret's name, never its value. */
  readonly config: ConfigValues
  /** Aborts when the plugin is stopped. */
  readonly signal: CancelSignal
  readonly log: Logger
  readonly clock: Clock
  readonly storage: Storage
  readonly files: Files
  readonly network: Network
  readonly secrets: Secrets
  readonly tools: Tools
  readonly resources: Resources
  readonly prompts: Prompts
  readonly upstreams: Upstreams
  readonly policies: Policies
  readonly events: Events
  readonly schedule: Schedules
}
