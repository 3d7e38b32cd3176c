import type { ClientAsk, HttpUpstream, PluginManifest, StdioUpstream } from '@nexus/plugin-api'
import type { Egress } from '../broker/egress/egress.ts'
import type { AskGrants } from '../gateway/upstream/ask-client.ts'
import type { IsolateUpstream } from '../gateway/upstream/create-isolate-upstream.ts'
import type { UpstreamAuthorizations } from '../gateway/upstream/remote/oauth/authorizations.ts'
import type { Upstream } from '../gateway/upstream/upstream.ts'
import type { GrantedUse } from '../grants/index.ts'
import type { Activation } from '../kernel/ports.ts'
import type { PolicyPack } from '../policy/index.ts'
import type { ContainmentLevel } from '../sandbox/containment/containment.ts'
import { limitsForInspection, profileForInspection } from '../sandbox/debug/inspector.ts'
import type { SandboxLimits, SandboxProfile } from '../sandbox/profile.ts'
import type {
  CapabilityPort,
  Sandbox,
  SandboxHost,
  SandboxFault,
  SandboxObserver,
  SandboxSpec,
} from '../sandbox/sandbox.ts'
import type { InstallationRow } from '../store/store.ts'
import { admitTools, checkRegistrations, policyPack } from './admit-contributions.ts'
import { awaitCatalog } from './await-catalog.ts'
import { type Learnt, createLearnt } from './learnt.ts'
import { identify, plugUpstreams } from './plug-upstreams.ts'
import { createPlugs } from './plugs.ts'
import { type BackgroundPorts, runInBackground } from './run-in-background.ts'
import type { Sockets } from './sockets.ts'
import { trackSandbox } from './track-sandbox.ts'

/** What a plugin may do to the host while it runs, beyond the broker's own capabilities. */
export interface PluginScope extends Omit<Learnt, 'list' | 'onChange'> {
  stdio(name: string, spec: StdioUpstream): void
  http(name: string, spec: HttpUpstream): void
  closeUpstream(name: string): Promise<void>
  /** Throws a coded error when no resource or template of the plugin covers the URI. */
  resourceChanged(uri: string): void
}

/** Where the use of an installation is counted. */
export interface AdmissionMetering {
  observer(row: InstallationRow, limits: SandboxLimits): SandboxObserver
  /** The same upstream, behind the installation's budgets. */
  upstream(inner: Upstream, row: InstallationRow): Upstream
  /** The sandbox as events and the clock call it: within the same budgets. */
  background(inner: Sandbox, row: InstallationRow): Sandbox
  /** Counts traffic of upstreams, which the broker does not see. */
  egress(row: InstallationRow, bytes: number): void
  /** Notes that a grant served an upstream. */
  granted(row: InstallationRow, use: GrantedUse): void
}

/** What holds for the processes of all installations. */
export interface ProcessRules {
  /** The weakest containment that the operator accepts. */
  readonly minimum: ContainmentLevel
  /** Limits of one process with everything it starts. */
  readonly limits: SandboxLimits
  /** Records that a process asked its proxy for what was not granted, or for more than its limits. */
  refused(row: InstallationRow, error: Error): void
}

/** The rooms that running plugins are plugged into. */
export interface AdmissionPorts {
  readonly processes: ProcessRules
  readonly sandboxes: SandboxHost
  /** Where the upstreams of all installations are plugged in. */
  readonly sockets: Sockets
  readonly policy: { addPack(pack: PolicyPack): Disposable }
  readonly background: BackgroundPorts
  readonly egress: Egress
  /** Tokens for remote servers that demand OAuth. */
  readonly authorizations: Pick<UpstreamAuthorizations, 'protect'>
  readonly packagesDir: string
  readonly npmEnvironment: Readonly<Record<string, string | undefined>>
  reveal(workspaceId: string, name: string): Promise<string>
  /** A user's own secret; `undefined` when they keep none of this name. */
  revealOwn(workspaceId: string, owner: string, name: string): Promise<string | undefined>
  log(installationId: string, level: 'info' | 'warn' | 'error', message: string): void
  /** Tells the author, and nobody else, what the code threw. */
  faulted(row: InstallationRow, fault: SandboxFault): void
  /** What measures an installation and keeps it within its budgets. */
  readonly metering: AdmissionMetering
  /** The host side of the bridge; `scope` serves what the plugin registers at run time. */
  capabilities(row: InstallationRow, limits: SandboxLimits, scope: PluginScope): CapabilityPort
}

/** Code and manifest as verified, with the limits that hold for it. */
export interface StartablePlugin {
  readonly row: InstallationRow
  readonly manifest: PluginManifest
  readonly code: string
  readonly codeDigest: string
  readonly profile: SandboxProfile
  readonly limits: SandboxLimits
  /** A debugger may attach. */
  readonly isInspected: boolean
  /** Reads the code again and checks it again. */
  readonly reload: () => Promise<string>
  /** Its code may wait until the first call, when its profile says so. */
  readonly isLazy: boolean
}

/** A plugin without its code, which nothing keeps while it sleeps. */
export type PluginFacts = Omit<StartablePlugin, 'code'>

/** A started plugin, with its sandbox for readings. */
export interface ActivePlugin extends Activation {
  readonly sandbox: Sandbox
  /** Withdraws what may be there only once, right before another side plugs in its own. */
  replaced(): void
}

/**
 * Starts the sandbox and makes what it contributes; undoes everything in reverse when any step fails. Nothing of it is
 * seen by anybody before `plug`.
 */
export async function activatePlugin(
  starting: StartablePlugin,
  ports: AdmissionPorts,
  signal: AbortSignal,
  /** The side that serves this installation now. */
  serving: () => ActivePlugin | undefined,
): Promise<ActivePlugin> {
  // What lives as long as the plugin must not hold on to its code.
  const { code: _code, ...plugin } = starting
  const { row, manifest, limits } = plugin
  await using stack = new AsyncDisposableStack()
  const upstreams = plugUpstreams(plugin, ports, stack)
  const learnt = createLearnt(manifest)
  let tools: IsolateUpstream | undefined
  const deaths = { count: 0 }
  const scope: PluginScope = {
    ...upstreams.scope,
    ...learnt,
    // While the plugin is activated nobody can have subscribed yet.
    resourceChanged: (uri) => tools?.resourceChanged(uri),
  }
  const opened = stack.use(
    await ports.sandboxes.open(specOf(starting, ports, deaths), ports.capabilities(row, limits, scope), signal),
  )
  const { sandbox, idle } = trackSandbox(opened)
  checkRegistrations(manifest, sandbox)
  const identity = identify(row, undefined, row.label)
  tools = admitTools(identity, manifest, sandbox, learnt, askGrants(row, ports))
  if (tools !== undefined) upstreams.make(tools, undefined)
  const plugs = stack.use(createPlugs())
  const pack = policyPack(identity, manifest, sandbox)
  if (pack !== undefined) plugs.add(() => ports.policy.addPack(pack))
  plugs.add(() => runInBackground(plugin, ports.metering.background(sandbox, row), ports))
  const owned = stack.move()
  const side: ActivePlugin = {
    sandbox,
    crashed: sandbox.exited,
    async ready(limit) {
      await Promise.all(upstreams.all().map((upstream) => awaitCatalog(upstream, limit)))
    },
    plug() {
      const before = serving()
      upstreams.plug()
      if (before !== side) before?.replaced()
      plugs.plug()
    },
    replaced() {
      upstreams.replaced()
      plugs.unplug()
    },
    hold: () => upstreams.hold(),
    async drain() {
      plugs.unplug()
      await upstreams.drain()
      await idle()
    },
    health: () => ({ ...upstreams.health(), deaths: deaths.count }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
  return side
}

function askGrants(row: InstallationRow, { metering }: AdmissionPorts): AskGrants {
  const used = (ask: ClientAsk): void => metering.granted(row, { family: 'client', name: ask, verb: 'ask' })
  return { granted: row.grants.client, used }
}

/** Breaches that end the code, after which it may have been loaded again. */
const DEADLY = /^SANDBOX_(MEMORY|CPU|CRASHED|PROTOCOL)$/

function specOf(
  { row, manifest, code, codeDigest, profile, limits, reload, isLazy, isInspected }: StartablePlugin,
  ports: AdmissionPorts,
  deaths: { count: number },
): SandboxSpec {
  const observer = ports.metering.observer(row, limits)
  return {
    installationId: row.id,
    workspaceId: row.workspaceId,
    manifest,
    // What starts with its first call reads its code then.
    code: isLazy ? '' : code,
    codeDigest,
    config: row.config,
    profile: isInspected ? profileForInspection(profile) : profile,
    limits: isInspected ? limitsForInspection(limits) : limits,
    inspect: isInspected,
    reload,
    lazy: isLazy,
    observer: {
      ...observer,
      breached(breach) {
        if (DEADLY.test(breach.code)) deaths.count += 1
        observer.breached?.(breach)
      },
      threw: (fault) => ports.faulted(row, fault),
    },
  }
}
