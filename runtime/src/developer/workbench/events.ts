import type { HandlerKind } from '../../sandbox/sandbox.ts'
import type { LogLine } from '../../telemetry/index.ts'

/** What an author sees of a plugin at work. */
export type WorkbenchEvent = CallEvent | CapabilityEvent | LimitEvent | LogEvent

/** A handler of the plugin ran. */
export interface CallEvent extends Outcome {
  readonly event: 'call'
  readonly handler: HandlerKind
  readonly name: string
  readonly requestId: string
  /** What it used of the sandbox's limits; absent where the sandbox cannot tell. */
  readonly cpuMs?: number
  readonly heapBytes?: number
  readonly capabilityCalls?: number
}

/** The plugin asked the host for something. */
export interface CapabilityEvent extends Outcome {
  readonly event: 'capability'
  /** For example `network.fetch`. */
  readonly capability: string
  /** Its most telling argument, cut: a URL, a key, a path. */
  readonly target: string
  readonly requestId: string | undefined
}

/** A limit of the sandbox profile was reached. */
export interface LimitEvent {
  readonly event: 'limit'
  readonly code: string
  readonly limit: string | undefined
  readonly value: number | undefined
}

/** A line of the plugin's log; stacks are in the lines of the author's files. */
export interface LogEvent extends Pick<LogLine, 'level' | 'message'> {
  readonly event: 'log'
}

/** How something ended. */
export interface Outcome {
  /** Milliseconds. */
  readonly ms: number
  /** Absent when it went well. */
  readonly failure?: { readonly code: string; readonly message: string }
}

export type WorkbenchListener = (event: WorkbenchEvent) => void
