import type { PluginKind } from '@nexus/plugin-api'
import type { PluginState } from './states.ts'

/** What the kernel knows of an installation before anything is read: enough to order and to show it. */
export interface PluginEntry {
  readonly installationId: string
  readonly workspaceId: string
  readonly pluginId: string
  readonly version: string
  readonly kind: PluginKind
  /** Set when a person or the host decided that it must not start. */
  readonly quarantine: string | undefined
}

/** Why a plugin is not running: a stable code and a sentence. */
export interface StateReason {
  readonly code: string
  readonly message: string
}

/** A plugin that runs. Disposing closes its sandbox and withdraws what it contributed, in reverse order. */
export interface Activation extends AsyncDisposable {
  /** Takes no new calls; resolves when those in flight are done. */
  drain(): Promise<void>
  /** Settles when the sandbox is gone without having been asked to go. */
  readonly crashed: Promise<StateReason>
}

/**
 * The steps between a row in a table and running code. The kernel calls them in this order and does nothing else with
 * what they give; the generics are opaque to it.
 */
export interface PluginLoader<Verified = unknown, Granted = unknown> {
  /** Checks every byte again. Throws a coded error when anything differs from what was installed. */
  verify(entry: PluginEntry, signal: AbortSignal): Promise<Verified>
  /** Checks that what the release asks is what was granted. Throws `GRANT_…` errors, which hold the plugin. */
  grant(entry: PluginEntry, verified: Verified, signal: AbortSignal): Promise<Granted>
  /** Starts the sandbox and admits the contributions. */
  activate(entry: PluginEntry, granted: Granted, signal: AbortSignal): Promise<Activation>
  /** Called when the kernel gives up on a plugin; makes the decision survive a restart. */
  quarantine(entry: PluginEntry, reason: StateReason): Promise<void>
}

/** A change of state, for people, logs and audit. */
export interface StateChange {
  readonly entry: PluginEntry
  readonly state: PluginState
  readonly reason: StateReason | undefined
}
