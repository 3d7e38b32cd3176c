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

/** What the kernel looks at to tell a side that works from one that does not. */
export interface ActivationHealth {
  /** Calls that ended. */
  readonly calls: number
  /** Those that the plugin could not serve: errors it threw, limits it broke, servers of its that died. */
  readonly failures: number
  /** Times its code had to be ended: for memory or CPU time, or with the process it ran in. */
  readonly deaths: number
  /** What 95 of 100 calls took at most, milliseconds; absent before the first call. */
  readonly slowMs?: number | undefined
}

/**
 * A plugin that runs. It serves nothing until it is plugged in. Disposing closes its sandbox and withdraws what it
 * contributed, in reverse order.
 */
export interface Activation extends AsyncDisposable {
  /** Resolves when everything it offers has answered once; rejects with a coded error when something does not. */
  ready(signal: AbortSignal): Promise<void>
  /**
   * New calls come here from now on. Takes the place of an earlier activation of the same installation in one turn:
   * nobody sees a moment with both or with none. Throws, and changes nothing, when it cannot be plugged in.
   */
  plug(): void
  /** Lets new calls wait instead of failing, until another side is plugged in; disposing ends the wait. */
  hold(): Disposable
  /** Takes no new calls; resolves when those in flight are done. */
  drain(): Promise<void>
  health(): ActivationHealth
  /** Settles when the sandbox is gone without having been asked to go. */
  readonly crashed: Promise<StateReason>
}

/**
 * The steps between a row in a table and running code. The kernel calls them in this order and does nothing else with
 * what they give; the generics are opaque to it.
 */
export interface PluginLoader<Verified = unknown, Granted = unknown, Side = unknown> {
  /**
   * Checks every byte again. Throws a coded error when anything differs from what was installed. `side` is what a swap
   * wants to start instead of what is stored.
   */
  verify(entry: PluginEntry, signal: AbortSignal, side?: Side): Promise<Verified>
  /** Checks that what the release asks is what was granted. Throws `GRANT_…` errors, which hold the plugin. */
  grant(entry: PluginEntry, verified: Verified, signal: AbortSignal): Promise<Granted>
  /**
   * Starts the sandbox and makes the contributions, without plugging them in. `isBoot`: with the host and not because a
   * person, a crash or a swap wants it now; its code may wait for the first call.
   */
  activate(entry: PluginEntry, granted: Granted, signal: AbortSignal, isBoot: boolean): Promise<Activation>
  /** Called when the kernel gives up on a plugin; makes the decision survive a restart. */
  quarantine(entry: PluginEntry, reason: StateReason): Promise<void>
}

/** One change of a running plugin: another release, configuration, grant or profile. */
export interface Swap<Side = unknown> {
  /** The plugin after the change. */
  readonly entry: PluginEntry
  readonly fromVersion: string
  readonly toVersion: string
  /** Both sides for the loader: what is stored until `commit`, and what is stored from then on. */
  readonly from: Side
  readonly to: Side
  /** Writes the new side down, in one step: a host that dies starts with the one or the other. */
  commit(): Promise<void>
  /** Writes the old side down again. */
  revert(reason: StateReason): Promise<void>
  /** Called once, when no way back is needed any more. Shutting down waits for it. Never rejects. */
  finished(outcome: 'kept' | 'rolled-back'): Promise<void> | void
}

/** Where the last change of a plugin stands, for people. */
export interface SwapStatus {
  /** `starting`: the old side serves. `probation`: the new one serves, the old one comes back if it fails. */
  readonly phase: 'starting' | 'probation' | 'kept' | 'rolled-back'
  readonly fromVersion: string
  readonly toVersion: string
  /** When this phase began. */
  readonly at: Date
  /** Why it was rolled back. */
  readonly reason: StateReason | undefined
}

/** A change of state, for people, logs and audit. */
export interface StateChange {
  readonly entry: PluginEntry
  readonly state: PluginState
  readonly reason: StateReason | undefined
  /** Set when this is a step of a swap; the state is the same as before then. */
  readonly swap?: SwapStatus
}
