import {
  PROBATION_CALLS,
  PROBATION_DEATHS,
  PROBATION_FAILURES,
  PROBATION_FAILURE_SHARE,
  PROBATION_LOOK_MS,
  PROBATION_MORE_FAILURES,
  PROBATION_SLOWER,
  PROBATION_SLOWER_MS,
} from './limits.ts'
import type { Activation, ActivationHealth, PluginEntry, StateReason, Swap } from './ports.ts'

/** A side that was just swapped in and may still be taken back. */
export interface Probation {
  readonly swap: Swap
  /** The plugin before the change. */
  readonly back: PluginEntry
  readonly activation: Activation
  /** Ends it: the new side stays. Only the first ending counts. */
  keep(): void
  /** Ends it: the old side is coming back. False when it had ended before. */
  fail(): boolean
}

/** Watches a new side for a while. `onFailing` is called at most once, with what is wrong. */
export function startProbation(
  swap: Swap,
  back: PluginEntry,
  activation: Activation,
  before: ActivationHealth,
  ms: number,
  events: { readonly onFailing: (reason: StateReason) => void; readonly onKept: () => void },
): Probation {
  let over = false
  const look = setInterval(() => {
    const reason = failing(activation.health(), before)
    if (reason === undefined) return
    clearInterval(look)
    events.onFailing(reason)
  }, PROBATION_LOOK_MS)
  const end = (): boolean => {
    if (over) return false
    over = true
    clearInterval(look)
    clearTimeout(timer)
    return true
  }
  const keep = (): void => {
    if (end()) events.onKept()
  }
  const timer = setTimeout(keep, ms)
  look.unref()
  timer.unref()
  return { swap, back, activation, keep, fail: end }
}

function failing(now: ActivationHealth, before: ActivationHealth): StateReason | undefined {
  if (now.deaths > PROBATION_DEATHS) {
    const message = `Expected the changed plugin to stay up, found its code ended ${now.deaths} times.`
    return { code: 'PLUGIN_SWAP_FAILED', message }
  }
  return failsMore(now, before) ?? isSlower(now, before)
}

function failsMore(now: ActivationHealth, before: ActivationHealth): StateReason | undefined {
  if (now.failures < PROBATION_FAILURES) return undefined
  // A server that fails with both sides is not the new side's fault, and going back would not help.
  const failedBefore = before.failures >= PROBATION_FAILURES && shareOf(before) >= PROBATION_FAILURE_SHARE
  const failsNow = shareOf(now) >= PROBATION_FAILURE_SHARE && !failedBefore
  const more = areComparable(now, before) && shareOf(now) >= shareOf(before) + PROBATION_MORE_FAILURES
  if (!failsNow && !more) return undefined
  return {
    code: 'PLUGIN_SWAP_FAILED',
    message: `Expected hardly more calls to fail than before the change (${percent(shareOf(before))} of ${before.calls}), found ${percent(shareOf(now))}: ${now.failures} of ${now.calls}.`,
  }
}

function isSlower(now: ActivationHealth, before: ActivationHealth): StateReason | undefined {
  if (!areComparable(now, before) || now.slowMs === undefined || before.slowMs === undefined) return undefined
  const most = Math.max(before.slowMs * PROBATION_SLOWER, before.slowMs + PROBATION_SLOWER_MS)
  if (now.slowMs <= most) return undefined
  return {
    code: 'PLUGIN_SWAP_FAILED',
    message: `Expected slow calls to take at most ${Math.round(most)} ms after the change, found ${Math.round(now.slowMs)} ms; before it was ${Math.round(before.slowMs)} ms.`,
  }
}

function areComparable(now: ActivationHealth, before: ActivationHealth): boolean {
  return now.calls >= PROBATION_CALLS && before.calls >= PROBATION_CALLS
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

function shareOf({ calls, failures }: ActivationHealth): number {
  return calls === 0 ? 0 : failures / calls
}
