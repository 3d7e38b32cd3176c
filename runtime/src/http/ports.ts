import type { ConfigValues, JsonObject, Permissions, PluginKind, PluginManifest } from '@nexus/plugin-api'
import type { AuditTrail } from '../audit/audit.ts'
import type { WorkspaceRoots } from '../broker/files/workspace-roots.ts'
import type {
  BootEntry,
  ChainLink,
  Diagnosis,
  InstallPlan,
  InstallRequest,
  JobStep,
  PolicyRefusal,
  ReleaseNotice,
  TrustView,
  UpdateRequest,
} from '../contract/index.ts'
import type { EventReadings } from '../events/index.ts'
import type { ApprovalDesk } from '../gateway/approvals/approval-desk.ts'
import type { CacheDesk, CacheReadings } from '../gateway/cache/index.ts'
import type { DefinitionDesk } from '../gateway/drift/index.ts'
import type { UpstreamAuthorizations } from '../gateway/upstream/remote/oauth/authorizations.ts'
import type { UpstreamTable } from '../gateway/upstream/upstream.ts'
import type { VirtualServers } from '../gateway/virtual/virtual-servers.ts'
import type { Grants } from '../grants/grant.ts'
import type { Identity } from '../identity/identity.ts'
import type { TrustDesk } from '../install/index.ts'
import type { Principal } from '../identity/principal.ts'
import type { ApprovalOutcome, ApprovalRequest } from '../installations/updates/decide-offer.ts'
import type { UpdatesFacts } from '../installations/updates/describe-updates.ts'
import type { RollbackRequest } from '../installations/updates/roll-back.ts'
import type { UpdatePlanFacts } from '../installations/updates/update-plan.ts'
import type { UpdatePolicyFacts } from '../installations/updates/update-policy.ts'
import type { UpdateSettingChange } from '../installations/updates/update-setting.ts'
import type { StateReason, SwapStatus } from '../kernel/ports.ts'
import type { PluginState } from '../kernel/states.ts'
import type { InspectorAddress } from '../sandbox/debug/inspector-door.ts'
import type { SandboxLimits, SandboxProfile } from '../sandbox/profile.ts'
import type { Oversight } from '../metering/index.ts'
import type { Text } from './language.ts'
import type { PolicyRules } from '../policy/index.ts'
import type { Secrets } from '../secrets/index.ts'
import type { ScheduleReading } from '../schedule/index.ts'
import type { Imports } from '../imports/index.ts'
import type { InstallationRow } from '../store/store.ts'
import type { AdvisoryCopy, ChoicesFile, People } from '../vouching/index.ts'
import type { UpdateOfferRow } from '../store/update.ts'
import type { CallReadings, LogLine, Logger } from '../telemetry/index.ts'
import type { ToolFinder } from '../gateway/search/tool-finder.ts'

// What the admin API needs from the rest of the host. The composition root gives it; nothing here reaches for more.
// Verbs reject with coded `NexusError`s; their `status` becomes the status of the problem document.

/** What is true of this host for as long as it runs. */
export interface HostFacts {
  readonly version: string
  /** Origin under which people and clients reach it, without a slash at the end. */
  readonly publicUrl: string
  /** Further host names (without port) that may stand in the `Host` header, for example of a reverse proxy. */
  readonly allowedHosts: readonly string[]
  readonly developerMode: boolean
  /** Folder of the built UI; `undefined` serves the API only. */
  readonly uiFolder: string | undefined
  /** True once shutdown has begun: new requests are answered with 503. */
  closing(): boolean
  /** `ok` when everything that must run does. */
  health(): Promise<'ok' | 'degraded'>
}

/** Users, sessions and tokens. Implemented by `identity/`. */
export type IdentityPort = Pick<
  Identity,
  | 'setupNeeded'
  | 'setup'
  | 'signIn'
  | 'signOut'
  | 'sessionPrincipal'
  | 'authenticateToken'
  | 'user'
  | 'nameActors'
  | 'users'
  | 'createUser'
  | 'changeUser'
  | 'workspace'
  | 'workspaces'
  | 'createWorkspace'
  | 'tokens'
  | 'createToken'
  | 'revokeToken'
>

/** Secrets of a workspace by name. Implemented by `secrets/`; values go in and never come out here. */
export type SecretsPort = Pick<Secrets, 'list' | 'put' | 'remove' | 'listOwn' | 'putOwn' | 'removeOwn'>

/** The allow, deny and ask rules of a workspace. Implemented by `policy/`. */
export type PolicyRulesPort = Pick<PolicyRules, 'list' | 'create' | 'remove'>

/** Calls that wait for people. Implemented by `gateway/`. */
export type ApprovalsPort = Pick<ApprovalDesk, 'list' | 'get' | 'decide' | 'waitingFor' | 'onChange'>

/** Definitions of servers that wait for people. Implemented by `gateway/`. */
export type DefinitionsPort = Omit<DefinitionDesk, 'forget'>

/** Results that are given again. Implemented by `gateway/`. */
export type CachePort = Omit<CacheDesk, 'forget'> & { readings(workspaceId: string): CacheReadings }

/** What people agree to at upstreams that demand OAuth. Implemented by `gateway/`. */
export type AuthorizationsPort = Pick<UpstreamAuthorizations, 'publicUrl' | 'start' | 'finish'>

/** Virtual servers of a workspace. Implemented by `gateway/`. */
type VirtualServersPort = Pick<
  VirtualServers,
  'list' | 'get' | 'create' | 'clone' | 'update' | 'remove' | 'export' | 'import' | 'preview' | 'previewDraft'
>

/** A plugin in a list of the registry. */
export interface MarketplaceListing {
  readonly pluginId: string
  readonly version: string
  readonly kind: PluginKind
  readonly displayName: Text
  readonly description: Text
  readonly keywords: readonly string[]
  readonly permissions: Permissions
  /** Trusted: this host has pinned the publisher's keys. */
  readonly publisher: { readonly id: string; readonly displayName: string; readonly trusted: boolean }
  /** ISO 8601. */
  readonly publishedAt: string
  readonly downloads: number
}

/** One release with everything a person may want to know before installing. */
export interface MarketplaceRelease extends MarketplaceListing {
  /** Out of the bundle when the chain holds, otherwise as the registry tells it. */
  readonly manifest: PluginManifest
  /** Already sanitised by the registry. */
  readonly readmeHtml: string
  readonly sizeBytes: number
  /** `sha512:` digest. */
  readonly bundleDigest: string
  readonly versions: readonly { readonly version: string; readonly publishedAt: string; readonly yanked: boolean }[]
  /** As this host checked it. A failed link is data here, not an error. */
  readonly chain: readonly ChainLink[]
  readonly verified: boolean
}

/** The registry as this host sees it. Rejects with a 502 or 503 code when it cannot be reached. */
export interface MarketplacePort {
  search(query: {
    readonly q?: string | undefined
    readonly kind?: string | undefined
    readonly publisher?: string | undefined
    readonly sort?: 'relevance' | 'newest' | 'name' | 'downloads' | undefined
  }): Promise<{ readonly items: readonly MarketplaceListing[]; readonly total: number }>
  /** `undefined` when there is no such plugin or version. Without `version`: the one that an install would choose. */
  release(pluginId: string, version: string | undefined): Promise<MarketplaceRelease | undefined>
}

/** What an install would do, before texts are put into the reader's language. */
export interface InstallPlanFacts {
  readonly manifest: PluginManifest
  readonly bundleDigest: string
  readonly chain: readonly ChainLink[]
  /** The given config with defaults filled in; fields that are wrong are left out. */
  readonly config: ConfigValues
  /** What the given config leads to; families whose fields are not filled in are empty. */
  readonly grants: Grants
  readonly configErrors: InstallPlan['configErrors']
  /** The sandbox profile it would get. */
  readonly profile: SandboxProfile
  /** False when the profile's tier needs the operator's trust in the publisher and does not have it. */
  readonly profileAllowed: boolean
  readonly newSigner: boolean
  /** Why the policy of this host refuses it; installing would fail with the same words. */
  readonly policy: readonly PolicyRefusal[]
  readonly consentDigest: string
}

/** An installation with what is known of it right now. */
export interface InstallationFacts {
  readonly row: InstallationRow
  readonly state: PluginState
  readonly reason: StateReason | undefined
  /** Where its last change stands. */
  readonly swap: SwapStatus | undefined
  /** What was said about its release after it was published. */
  readonly notice: ReleaseNotice | undefined
  readonly usage: {
    readonly calls: number
    readonly errors: number
    readonly cpuMs: number
    readonly heapBytes: number
  }
  readonly installedBy: string
}

export interface InstallationDetailFacts extends InstallationFacts {
  readonly chain: readonly ChainLink[]
  readonly profile: SandboxProfile
  /** The profile's limits, narrowed by manifest and grant. */
  readonly limits: SandboxLimits
  readonly log: readonly LogLine[]
}

/** Says that a step begins; the one before it is done then. */
export type StepReporter = (step: JobStep['name']) => void

/** Installs, changes and removes plugins of a workspace. Implemented by the composition of `install/` and `kernel/`; audits what it does. */
export interface InstallerPort {
  plan(
    principal: Principal,
    request: {
      readonly pluginId: string
      readonly version?: string | undefined
      readonly profile?: string | undefined
      /** Refused with 409 when it is taken. */
      readonly label?: string | undefined
      readonly config: JsonObject
    },
  ): Promise<InstallPlanFacts>
  /** Resolves to the installation's id once it is healthy; keeps nothing when it rejects. Refuses another consent digest with 409. */
  install(
    principal: Principal,
    request: InstallRequest,
    run: { readonly onStep: StepReporter; readonly signal: AbortSignal; readonly requestId: string },
  ): Promise<string>
  list(workspaceId: string): Promise<readonly InstallationFacts[]>
  get(workspaceId: string, installationId: string): Promise<InstallationDetailFacts | undefined>
  change(
    principal: Principal,
    installationId: string,
    change: {
      readonly enabled?: boolean
      readonly profile?: string
      readonly config?: JsonObject
      readonly allowPrivateAddresses?: readonly string[]
    },
    requestId: string,
  ): Promise<void>
  restart(principal: Principal, installationId: string, requestId: string): Promise<void>
  /** Ends a quarantine; nothing for a plugin that is not in quarantine. */
  release(principal: Principal, installationId: string, requestId: string): Promise<void>
  /**
   * What going to a version, or to what a channel points at, would change; its settings are the present ones as far as the
   * release knows them, with `config` over them.
   */
  planUpdate(
    principal: Principal,
    installationId: string,
    request: { readonly to?: string | undefined; readonly config: JsonObject },
  ): Promise<UpdatePlanFacts>
  /** Swaps the running release for another one. Resolves once the new one serves; the old one serves on when it rejects. */
  update(
    principal: Principal,
    installationId: string,
    request: UpdateRequest,
    run: { readonly onStep: StepReporter; readonly signal: AbortSignal; readonly requestId: string },
  ): Promise<string>
  /** Settings, what waits, history and ways back. */
  updates(workspaceId: string, installationId: string): Promise<UpdatesFacts>
  /** What waits in a workspace. */
  offers(workspaceId: string): Promise<readonly UpdateOfferRow[]>
  changeUpdateSetting(
    principal: Principal,
    installationId: string,
    change: UpdateSettingChange,
    requestId: string,
  ): Promise<void>
  /** Writes down a person's yes; `apply` says that it is to be carried out now, by `update`. */
  approveUpdate(
    principal: Principal,
    installationId: string,
    request: ApprovalRequest,
    requestId: string,
  ): Promise<ApprovalOutcome>
  /** This version is not offered again. */
  declineUpdate(principal: Principal, installationId: string, version: string, requestId: string): Promise<void>
  /** Goes back to a version that ran here, from its kept files. Resolves once it serves. */
  rollBack(
    principal: Principal,
    installationId: string,
    request: RollbackRequest,
    run: { readonly onStep: StepReporter; readonly signal: AbortSignal; readonly requestId: string },
  ): Promise<string>
  updatePolicy(workspaceId: string): Promise<UpdatePolicyFacts>
  changeUpdatePolicy(principal: Principal, change: UpdatePolicyFacts, requestId: string): Promise<void>
  remove(principal: Principal, installationId: string, requestId: string): Promise<void>
  /** Opens a running plugin for debuggers; refused with 409 unless the host is in developer mode. */
  inspect(principal: Principal, installationId: string, requestId: string): Promise<InspectorAddress>
  endInspection(principal: Principal, installationId: string, requestId: string): Promise<void>
  /** The log as it is and as it goes on; whoever asks has been found to be of the installation's workspace. */
  log(installationId: string): readonly LogLine[]
  followLog(installationId: string, listener: (line: LogLine) => void): Disposable
}

/** One change of what this host believes, for the audit. */
export interface TrustDeed {
  readonly action: string
  readonly target: string
  readonly details?: Readonly<Record<string, string>>
  run(): Promise<unknown>
}

/** Everything the HTTP face stands on. */
export interface HttpPorts {
  readonly logger: Logger
  readonly host: HostFacts
  readonly identity: IdentityPort
  /** Folders that were given to workspaces. Implemented by `broker/`. */
  readonly workspaceRoots: WorkspaceRoots
  readonly secrets: SecretsPort
  readonly authorizations: AuthorizationsPort
  readonly policyRules: PolicyRulesPort
  readonly approvals: ApprovalsPort
  readonly definitions: DefinitionsPort
  readonly cache: CachePort
  readonly virtualServers: VirtualServersPort
  /** Implemented by `gateway/`. */
  readonly finder: ToolFinder
  readonly marketplace: MarketplacePort
  readonly installer: InstallerPort
  /** What people say about plugins. Implemented by `vouching/`. */
  readonly people: People
  /** What is known against plugins. Implemented by `vouching/`. */
  readonly advisories: Pick<AdvisoryCopy, 'ofPlugin' | 'affecting'>
  /** What the operator chose about the marketplace. Implemented by `vouching/`. */
  readonly choices: Pick<ChoicesFile, 'get' | 'change'>
  /** Servers from elsewhere. Implemented by `imports/`. */
  readonly imports: Imports
  /** What installations use, and how an admin bounds it. Implemented by `metering/`. */
  readonly oversight: Oversight
  /** What plugins do by themselves. Implemented by `schedule/` and `events/`. */
  readonly background: {
    schedules(installationId: string): Promise<ReadonlyMap<string, ScheduleReading>>
    events(installationId: string): EventReadings
  }
  readonly audit: Pick<AuditTrail, 'record' | 'find'>
  readonly upstreams: Pick<UpstreamTable, 'list'>
  /** MCP clients connected now. */
  clients(workspaceId: string): number
  readonly calls: CallReadings
  /** Sandbox profiles by name, for plugins not installed yet. */
  readonly profiles: ReadonlyMap<string, SandboxProfile>
  doctor(): Promise<readonly Diagnosis[]>
  trust(): Promise<TrustView>
  /** Lets a known publisher's code run in worker threads, or no longer. Fails with `TRUST_PUBLISHER_UNKNOWN`. */
  trustWorkers(principal: Principal, publisher: string, workers: boolean, requestId: string): Promise<void>
  /** Policy, pins and decisions. Implemented by `install/`. */
  readonly trustDesk: TrustDesk & {
    /** Does it, writes down who did, and stops what is not believed any more. */
    act(principal: Principal, requestId: string, deed: TrustDeed): Promise<void>
  }
  boot(workspaceId: string): readonly BootEntry[]
}
