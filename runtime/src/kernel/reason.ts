import { errorCode } from '@nexus/plugin-api'
import type { StateReason } from './ports.ts'

/** Errors that wait for a decision of a person rather than for a better moment. */
const HOLDING = /^(GRANT_|TRUST_)/

/** What went wrong, as a state shows it. */
export function reasonOf(error: unknown): StateReason {
  const message = error instanceof Error ? error.message : String(error)
  return { code: errorCode(error) ?? 'PLUGIN_FAILED', message }
}

/** True when a person has to decide before another try makes sense. */
export function waitsForPerson({ code }: StateReason): boolean {
  return HOLDING.test(code)
}

/** True when no other try can ever help: its release was taken back. */
export function isForGood({ code }: StateReason): boolean {
  return code === 'RELEASE_REVOKED'
}

/** Why a plugin that failed again and again is not tried any more. */
export function crashLoop({ code, message }: StateReason): StateReason {
  return { code: 'PLUGIN_CRASH_LOOP', message: `Stopped after repeated failures, the last one ${code}: ${message}` }
}
