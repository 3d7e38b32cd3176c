import type { HttpUpstream, PluginManifest, StdioUpstream, ToolContribution } from '@nexus/plugin-api'
import type { Egress } from '../broker/egress/egress.ts'
import type { UpstreamTable } from '../gateway/upstream/upstream.ts'
import type { Activation } from '../kernel/ports.ts'
import type { PolicyPack } from '../policy/index.ts'
import type { SandboxLimits, SandboxProfile } from '../sandbox/profile.ts'
import type { CapabilityPort, Sandbox, SandboxHost } from '../sandbox/sandbox.ts'
import type { InstallationRow } from '../store/store.ts'
import { admitTools, checkRegistrations, createDynamicTools, policyPack } from './admit-contributions.ts'
import { identify, plugUpstreams } from './plug-upstreams.ts'

/** What a plugin may do to the host while it runs, beyond the broker's own capabilities. */
export interface PluginScope {
  stdio(name: string, spec: StdioUpstream): void
  http(name: string, spec: HttpUpstream): void
  defineTool(tool: ToolContribution): void
  closeUpstream(name: string): Promise<void>
  withdrawTool(name: string): void
}

/** The rooms that running plugins are plugged into. */
export interface AdmissionPorts {
  readonly sandboxes: SandboxHost
  readonly upstreams: UpstreamTable
  readonly policy: { addPack(pack: PolicyPack): Disposable }
  readonly egress: Egress
  readonly packagesDir: string
  readonly npmEnvironment: Readonly<Record<string, string | undefined>>
  reveal(workspaceId: string, name: string): Promise<string>
  log(installationId: string, level: 'info' | 'warn' | 'error', message: string): void
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
}

/** A started plugin, with its sandbox for readings. */
export interface ActivePlugin extends Activation {
  readonly sandbox: Sandbox
}

/** Starts the sandbox and plugs in what it contributes; undoes everything in reverse when any step fails. */
export async function activatePlugin(
  plugin: StartablePlugin,
  ports: AdmissionPorts,
  signal: AbortSignal,
): Promise<ActivePlugin> {
  const { row, manifest, code, codeDigest, profile, limits } = plugin
  await using stack = new AsyncDisposableStack()
  const plugged = plugUpstreams(row, manifest, ports, stack)
  const dynamic = createDynamicTools(manifest)
  const scope: PluginScope = {
    ...plugged.scope,
    defineTool: (tool) => dynamic.define(tool),
    withdrawTool: (name) => dynamic.withdraw(name),
  }
  const spec = {
    installationId: row.id,
    workspaceId: row.workspaceId,
    manifest,
    code,
    codeDigest,
    config: row.config,
    profile,
    limits,
  }
  const sandbox = stack.use(await ports.sandboxes.open(spec, ports.capabilities(row, limits, scope), signal))
  checkRegistrations(manifest, sandbox)
  const identity = identify(row, undefined, row.label)
  const tools = admitTools(identity, manifest, sandbox, dynamic)
  if (tools !== undefined) plugged.plug(tools, undefined)
  const pack = policyPack(identity, manifest, sandbox)
  if (pack !== undefined) stack.use(ports.policy.addPack(pack))
  const owned = stack.move()
  return {
    sandbox,
    crashed: sandbox.exited,
    drain: () => plugged.drain(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
