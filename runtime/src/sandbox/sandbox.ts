import type { PluginManifest } from '@nexus/plugin-api'
import type { SandboxLimits, SandboxProfile } from './profile.ts'

/** Where plugin code runs. Every tier looks the same from outside. */
export type SandboxTier = 'isolate' | 'worker' | 'process'

/** Everything a sandbox needs to start one plugin of one installation. */
export interface SandboxSpec {
  readonly installationId: string
  readonly workspaceId: string
  readonly manifest: PluginManifest
  /** Source text of the manifest's `main`: one bundled ECMAScript module without imports. */
  readonly code: string
  /** `sha256:` digest of `code`; key of the compile cache. */
  readonly codeDigest: string
  /** The configuration as the plugin sees it: secret fields hold names, not values. */
  readonly config: Readonly<Record<string, unknown>>
  readonly profile: SandboxProfile
  /** The profile's limits, narrowed by manifest and grant. */
  readonly limits: SandboxLimits
}

/** A handler that the plugin registered at activation. */
export type HandlerKind = 'tool' | 'resource' | 'prompt' | 'policy'

/** What the plugin's code registered while it was activated. */
export interface SandboxRegistrations {
  readonly tools: readonly string[]
  readonly resources: readonly string[]
  readonly prompts: readonly string[]
  readonly policies: readonly string[]
}

/** One call into a sandbox. */
export interface Invocation {
  readonly handler: HandlerKind
  readonly name: string
  /** The handler's argument as JSON text; passed through unparsed. */
  readonly payload: string
  readonly requestId: string
  readonly principal: { readonly id: string; readonly displayName: string }
  /** Aborting ends the call with `CALL_CANCELLED`. */
  readonly signal: AbortSignal
  readonly onProgress?: (progress: number, total: number | undefined, message: string | undefined) => void
}

/** What an installation has used since its sandbox started. */
export interface SandboxUsage {
  readonly calls: number
  readonly errors: number
  readonly cpuMicroseconds: number
  readonly heapBytes: number
  readonly capabilityCalls: number
}

/** Why a sandbox is gone. */
export interface SandboxExit {
  /** `SANDBOX_CLOSED` after an orderly stop; otherwise the code of the breach or crash. */
  readonly code: string
  readonly message: string
}

/** One plugin of one installation, started. */
export interface Sandbox extends AsyncDisposable {
  readonly id: string
  readonly tier: SandboxTier
  readonly registrations: SandboxRegistrations
  /** Runs a handler and resolves to its result as JSON text. Rejects with a `NexusError` of the sandbox's error table. */
  invoke(invocation: Invocation): Promise<string>
  usage(): SandboxUsage
  /** Settles (never rejects) when the sandbox is gone, for whatever reason. */
  readonly exited: Promise<SandboxExit>
}

/**
 * The host side of the bridge for one installation: checks, meters and audits each capability call. Arguments and
 * results are JSON text. Everything that arrives here was written by an attacker until proven otherwise.
 */
export interface CapabilityPort {
  call(capability: string, argumentsJson: string, call: CapabilityCall): Promise<string>
}

/** Which call a capability is used in. */
export interface CapabilityCall {
  /** Request id of the invocation, or `undefined` during activation and in background work. */
  readonly requestId: string | undefined
  readonly signal: AbortSignal
}

/** Starts sandboxes. Resolves once the plugin's `activate` has returned; rejects with a coded error otherwise. */
export interface SandboxHost extends AsyncDisposable {
  open(spec: SandboxSpec, port: CapabilityPort, signal: AbortSignal): Promise<Sandbox>
}
