import type { JsonObject, JsonValue, PluginManifest } from '@nexus/plugin-api'
import type { Principal } from '../identity/principal.ts'
import type { SandboxInspector } from './debug/inspector.ts'
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
  /** Reads the code again, verified; with it the code is not kept while the sandbox sleeps. */
  readonly reload?: () => Promise<string>
  /** This release ran well before, so its code may wait for the first call. */
  readonly lazy?: boolean
  /** For tests: where the sandbox's clock begins and stands until `advance`, milliseconds since the epoch. */
  readonly clockMs?: number
  /** A debugger may attach; only in developer mode. */
  readonly inspect?: boolean
  /** Hears what happens to the sandbox, for metering, audit and quarantine. */
  readonly observer?: SandboxObserver
}

/** What one call used. `undefined` where the tier cannot tell. */
export interface CallUse {
  readonly cpuMicroseconds: number | undefined
  readonly wallMs: number
  /** Heap of the sandbox when last measured, bytes. */
  readonly heapBytes: number | undefined
  readonly capabilityCalls: number
  readonly bytesIn: number
  readonly bytesOut: number
}

/** A limit that was crossed. */
export interface SandboxBreach {
  /** The code that the caller sees, for example `SANDBOX_CPU`. */
  readonly code: string
  /** Name of the limit as in the profile, for example `cpuMsPerCall`; `undefined` for crashes. */
  readonly limit: keyof SandboxLimits | undefined
  /** The value of that limit. */
  readonly value: number | undefined
  readonly requestId: string | undefined
}

/** Ears of the host. None of these may throw. */
export interface SandboxObserver {
  /** The code runs: after a first start, a wake from hibernation, or as one more instance. */
  started?(coldStartMs: number): void
  /** The code was unloaded for want of calls. */
  hibernated?(): void
  callEnded?(use: CallUse, failed: boolean): void
  breached?(breach: SandboxBreach): void
  /** The plugin's code threw; for its author's eyes only. */
  threw?(fault: SandboxFault): void
}

/** What a plugin's code threw. Text of an attacker, cut to a few thousand characters. */
export interface SandboxFault {
  readonly message: string
  /** As V8 wrote it, in lines of the bundled code. */
  readonly stack: string | undefined
  /** `undefined` when it was thrown while the plugin was activated. */
  readonly requestId: string | undefined
  /** What was called, for example `tool greet`. */
  readonly handler: string | undefined
}

/** A handler that the plugin registered at activation. */
export type HandlerKind = 'tool' | 'resource' | 'prompt' | 'policy' | 'event' | 'schedule' | 'completion'

/** What the plugin's code registered while it was activated. */
export interface SandboxRegistrations {
  readonly tools: readonly string[]
  readonly resources: readonly string[]
  readonly prompts: readonly string[]
  readonly policies: readonly string[]
  readonly events: readonly string[]
  readonly schedules: readonly string[]
  /** `prompt:<name>:<argument>` and `resource:<name>:<variable>`. */
  readonly completions: readonly string[]
}

/** Nothing registered. */
export const NO_REGISTRATIONS: SandboxRegistrations = {
  tools: [],
  resources: [],
  prompts: [],
  policies: [],
  events: [],
  schedules: [],
  completions: [],
}

/** Severities of what a call tells its client. Source: RFC 5424. */
export const LOG_SEVERITIES = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'] as const

/** What a call tells its client while it runs. */
export interface ClientMessage {
  readonly level: (typeof LOG_SEVERITIES)[number]
  readonly data: JsonValue
  readonly logger?: string | undefined
}

/** A question to the client behind a call. Rejects with a coded error; `CLIENT_…` codes reach the plugin. */
export type AskClient = (
  method: 'elicitation/create' | 'sampling/createMessage' | 'roots/list',
  params: JsonObject | undefined,
  signal: AbortSignal,
) => Promise<JsonObject>

/** What the host needs to know of a call when the plugin calls further from within it. Never sent to a sandbox. */
export interface CallOrigin {
  /** For whom: what is called further is judged by policy as this principal's call. */
  readonly principal: Principal
  /** Calls, events and runs above this one; 0 for what a client or the clock asked. */
  readonly depth: number
  /** The tools above that wait for this call, and this one: `publisher/plugin:tool`, outermost first. */
  readonly chain: readonly string[]
}

/** One call into a sandbox. */
export interface Invocation {
  readonly handler: HandlerKind
  readonly name: string
  /** The handler's argument as JSON text; passed through unparsed. */
  readonly payload: string
  /**
   * What the handler's `call` says besides, as JSON text of an object: the client's `capabilities`, `inputResponses` and
   * `requestState` of an earlier round, `variables` of a template, `arguments` beside the one to complete.
   */
  readonly facts?: string
  readonly requestId: string
  readonly principal: { readonly id: string; readonly displayName: string }
  /** Absent where nothing may be called further, for example in policies. */
  readonly origin?: CallOrigin
  /** Aborting ends the call with `CALL_CANCELLED`. */
  readonly signal: AbortSignal
  readonly onProgress?: (progress: number, total: number | undefined, message: string | undefined) => void
  readonly onMessage?: (message: ClientMessage) => void
  /** Absent where there is no client to ask. Never sent to a sandbox. */
  readonly ask?: AskClient
  /** Told once, right before the call settles. */
  readonly onUse?: (use: CallUse) => void
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
  /**
   * Moves the clock of a sandbox that was opened with `clockMs`; resolves when everything that fell due on the way has
   * run. Rejects with `SANDBOX_CLOCK` for a sandbox of real time.
   */
  advance?(ms: number): Promise<void>
  /** Copies of the code that are loaded; 0 while it sleeps. Absent where there is always one. */
  readonly awake?: number
  /** Settles (never rejects) when the sandbox is gone, for whatever reason. */
  readonly exited: Promise<SandboxExit>
  /** Where a debugger attaches; only of a sandbox that was opened with `inspect`. */
  readonly inspector?: SandboxInspector | undefined
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
  /** The invocation it is used in: whose call it is, and since when. */
  readonly invocation?: Invocation | undefined
  /** Aborts when the call or the sandbox is over. Made when first read. */
  readonly signal: AbortSignal
  /** Stops the call's wall clock until disposed: a person is being asked. Absent outside of calls. */
  readonly pauseClock?: (() => Disposable) | undefined
}

/** Starts sandboxes. Resolves once the plugin's `activate` has returned; rejects with a coded error otherwise. */
export interface SandboxHost extends AsyncDisposable {
  open(spec: SandboxSpec, port: CapabilityPort, signal: AbortSignal): Promise<Sandbox>
}
