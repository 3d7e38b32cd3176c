import type { Bridge } from '../bridge.ts'
import type { Timers } from '../globals/timers.ts'
import type { Handlers } from '../handlers.ts'
import type { Boot } from '../wire.ts'

/** Everything the context is made of. */
export interface ContextParts {
  readonly boot: Boot
  readonly bridge: Bridge
  readonly handlers: Handlers
  readonly log: object
  readonly now: () => number
  readonly timers: Timers
  readonly signal: object
  /** Work that activation waits for, so that its failure fails the start. */
  readonly during: (work: Promise<unknown>) => void
}

/** Tells the host to take something back, unless the plugin stops: then the host takes back everything by itself. */
export function tellHost(parts: ContextParts, capability: string, name: string): void {
  if (!parts.handlers.isStopping()) parts.during(parts.bridge.ask(capability, { name }))
}
