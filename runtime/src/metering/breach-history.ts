import type { SandboxBreach } from '../sandbox/sandbox.ts'
import { BREACH_WEIGHTS, BREACH_WINDOW_MS, QUARANTINE_WEIGHT } from './limits.ts'

/** Why an installation must be stopped. */
export interface QuarantineReason {
  readonly code: 'PLUGIN_BREACHES'
  readonly message: string
}

/** Remembers the breaches of one installation within the window. */
export interface BreachHistory {
  /** The reason to stop it, once it crossed its limits too often; the history starts anew then. */
  record(breach: SandboxBreach): QuarantineReason | undefined
}

export function createBreachHistory(now: () => number = Date.now): BreachHistory {
  let recent: readonly { readonly at: number; readonly weight: number }[] = []
  return {
    record(breach) {
      const weight = BREACH_WEIGHTS[breach.limit ?? 'crash'] ?? 0
      if (weight === 0) return undefined
      const at = now()
      recent = [...recent.filter((earlier) => at - earlier.at < BREACH_WINDOW_MS), { at, weight }]
      if (recent.reduce((sum, one) => sum + one.weight, 0) < QUARANTINE_WEIGHT) return undefined
      const count = recent.length
      recent = []
      return { code: 'PLUGIN_BREACHES', message: messageOf(breach, count) }
    },
  }
}

function messageOf({ code, limit, value }: SandboxBreach, count: number): string {
  const last = limit === undefined ? code : `${limit} (${value ?? 'no value'}), ${code}`
  return `Crossed its limits ${count} times within ${BREACH_WINDOW_MS / 60_000} minutes, the last time ${last}. Look at its log, then release it.`
}
