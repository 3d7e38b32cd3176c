import type {
  ConfigValues,
  HttpUpstream,
  JsonObject,
  PromptContribution,
  ResourceContribution,
  StdioUpstream,
  ToolContribution,
} from '@nexus/plugin-api'
import type { AuditTrail } from '../audit/audit.ts'
import type { Grants } from '../grants/grant.ts'
import type { GrantedUse } from '../grants/list-grants.ts'
import type { SandboxLimits } from '../sandbox/profile.ts'
import type { CallOrigin, CapabilityPort, SandboxObserver } from '../sandbox/sandbox.ts'
import type { PluginStorage } from '../store/plugin-storage.ts'
import type { Egress } from './egress/egress.ts'
import type { PluginFiles } from './files/plugin-files.ts'

/** Whose capabilities these are. */
export interface BrokerInstallation {
  readonly id: string
  readonly workspaceId: string
  readonly pluginId: string
  readonly grants: Grants
  readonly limits: SandboxLimits
  readonly config: ConfigValues
  /** Hears of every limit of `limits` that a capability call ran into. */
  readonly observer?: SandboxObserver
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** One line of a plugin's log, cut, counted and without secrets. */
export interface PluginLogLine {
  readonly installationId: string
  readonly workspaceId: string
  readonly pluginId: string
  readonly level: LogLevel
  readonly message: string
  /** JSON text of the fields, if there are any. */
  readonly fields: string | undefined
  readonly requestId: string | undefined
}

/** A tool that a plugin calls from within one of its own calls. */
export interface NestedToolCall {
  /** `publisher/plugin` whose tool it is. */
  readonly pluginId: string
  readonly tool: string
  readonly arguments: JsonObject
  readonly requestId: string
  readonly signal: AbortSignal
  /** In whose name, and what stands above. */
  readonly origin: CallOrigin
}

/** An event on its way from a plugin to others of its workspace. */
export interface EmittedEvent {
  readonly installationId: string
  readonly workspaceId: string
  readonly pluginId: string
  readonly name: string
  /** JSON text. */
  readonly payload: string
  /** Calls, events and runs above it. */
  readonly depth: number
}

/** A capability call that failed for a reason that is not the plugin's. */
export interface HostTrouble {
  readonly capability: string
  readonly installationId: string
  readonly error: unknown
}

/** What the broker stands on. */
export interface BrokerPorts {
  /** Sends a tool call through the gateway. Rejects with the gateway's codes. */
  callTool(call: NestedToolCall): Promise<JsonObject>
  /** Takes an event; returns at once. */
  emit(event: EmittedEvent): void
  readonly egress: Egress
  readonly storage: Omit<PluginStorage, 'bytes' | 'clear'>
  readonly files: PluginFiles
  readonly audit: Pick<AuditTrail, 'record'>
  /** The plain value of a workspace's secret. Rejects when there is none. */
  reveal(workspaceId: string, name: string): Promise<string>
  log(line: PluginLogLine): void
  /** Hears of what failed inside the host; the plugin learns no more than that it did. */
  failed?(trouble: HostTrouble): void
}

/** What a running plugin may plug into the host; given per activation. Grants are checked before any of it is called. */
export interface ContributionSink {
  stdio(name: string, spec: StdioUpstream): Promise<void> | void
  http(name: string, spec: HttpUpstream): Promise<void> | void
  defineTool(tool: ToolContribution): Promise<void> | void
  /** Absent where the host does not take back what was plugged in while the plugin runs. */
  closeUpstream?(name: string): Promise<void> | void
  withdrawTool?(name: string): Promise<void> | void
  defineResource?(resource: ResourceContribution): Promise<void> | void
  withdrawResource?(name: string): Promise<void> | void
  /** Throws a coded error when no resource or template of the plugin covers the URI. */
  resourceChanged?(uri: string): Promise<void> | void
  definePrompt?(prompt: PromptContribution): Promise<void> | void
  withdrawPrompt?(name: string): Promise<void> | void
}

/** How often one capability was asked for. */
export interface CapabilityUse {
  readonly calls: number
  /** Calls that were refused for want of a grant. */
  readonly denied: number
  /** Calls that were refused because a limit was reached. */
  readonly limited: number
  /** Instant of the last call, ISO 8601. */
  readonly lastUsedAt: string
}

/** A grant that served a call; what `listGrants` names and this list does not was never used. */
export interface GrantUse extends GrantedUse {
  readonly uses: number
  /** Instant of the last use, ISO 8601. */
  readonly lastUsedAt: string
}

/** What an installation's capabilities have been used for since the host started, restarts of the plugin included. */
export interface BrokerUsage {
  readonly calls: number
  readonly denied: number
  readonly limited: number
  /** Bytes sent to and received from the network. */
  readonly egressBytes: number
  readonly logBytes: number
  /** By name of the capability, for example `storage.get`; only those that were asked for. */
  readonly byCapability: Readonly<Record<string, CapabilityUse>>
  readonly used: readonly GrantUse[]
}

/** The host side of the bridge. */
export interface Broker {
  portFor(installation: BrokerInstallation, sink: ContributionSink): CapabilityPort
  usage(installationId: string): BrokerUsage
  /** Forgets the counters of an installation that was removed. */
  forget(installationId: string): void
}
