import { PROBATION_DEATHS, PROBATION_FAILURES, PROBATION_FAILURE_SHARE, PROBATION_LOOK_MS } from './limits.ts'
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
  const share = shareOf(now)
  // A server that fails with both sides is not the new side's fault, and going back would not help.
  const failedBefore = before.failures >= PROBATION_FAILURES && shareOf(before) >= PROBATION_FAILURE_SHARE
  if (now.failures < PROBATION_FAILURES || share < PROBATION_FAILURE_SHARE || failedBefore) return undefined
  return {
    code: 'PLUGIN_SWAP_FAILED',
    message: `Expected fewer than ${PROBATION_FAILURE_SHARE * 100} % of calls to fail after the change, found ${now.failures} of ${now.calls}.`,
  }
}

function shareOf({ calls, failures }: ActivationHealth): number {
  return calls === 0 ? 0 : failures / calls
}
