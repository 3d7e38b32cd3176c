import type { ConfigValues, HttpUpstream, StdioUpstream, ToolContribution } from '@nexus/plugin-api'
import type { AuditTrail } from '../audit/audit.ts'
import type { Grants } from '../grants/grant.ts'
import type { SandboxLimits } from '../sandbox/profile.ts'
import type { CapabilityPort } from '../sandbox/sandbox.ts'
import type { Store } from '../store/store.ts'
import type { Egress } from './egress/egress.ts'

/** Whose capabilities these are. */
export interface BrokerInstallation {
  readonly id: string
  readonly workspaceId: string
  readonly pluginId: string
  readonly grants: Grants
  readonly limits: SandboxLimits
  readonly config: ConfigValues
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

/** What the broker stands on. */
export interface BrokerPorts {
  readonly egress: Egress
  readonly storage: Pick<Store['pluginStorage'], 'get' | 'set' | 'delete' | 'list'>
  readonly audit: Pick<AuditTrail, 'record'>
  /** The plain value of a workspace's secret. Rejects when there is none. */
  reveal(workspaceId: string, name: string): Promise<string>
  log(line: PluginLogLine): void
}

/** What a running plugin may plug into the host; given per activation. Grants are checked before any of it is called. */
export interface ContributionSink {
  stdio(name: string, spec: StdioUpstream): Promise<void> | void
  http(name: string, spec: HttpUpstream): Promise<void> | void
  defineTool(tool: ToolContribution): Promise<void> | void
  /** Absent where the host does not take back what was plugged in while the plugin runs. */
  closeUpstream?(name: string): Promise<void> | void
  withdrawTool?(name: string): Promise<void> | void
}

/** What an installation's capabilities have been used for since the broker was created. */
export interface BrokerUsage {
  readonly calls: number
  readonly denied: number
  readonly egressBytes: number
  readonly logBytes: number
}

/** The host side of the bridge. */
export interface Broker {
  portFor(installation: BrokerInstallation, sink: ContributionSink): CapabilityPort
  usage(installationId: string): BrokerUsage
  /** Forgets the counters of an installation that was removed. */
  forget(installationId: string): void
}
