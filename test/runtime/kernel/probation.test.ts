import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Activation, ActivationHealth, StateReason, Swap } from '../../../runtime/src/kernel/ports.ts'
import { startProbation } from '../../../runtime/src/kernel/probation.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const swap: Swap = {
  entry: {
    installationId: 'i',
    workspaceId: 'w',
    pluginId: 'acme/x',
    version: '2.0.0',
    kind: 'connector',
    quarantine: undefined,
  },
  fromVersion: '1.0.0',
  toVersion: '2.0.0',
  from: undefined,
  to: undefined,
  commit: () => Promise.resolve(),
  revert: () => Promise.resolve(),
  finished: () => undefined,
}

/** What becomes of a side with this health, beside one that had that. */
function judge(now: ActivationHealth, before: ActivationHealth): StateReason | 'kept' | undefined {
  let verdict: StateReason | 'kept' | undefined
  const activation = { health: () => now } as Activation
  startProbation(swap, swap.entry, activation, before, 60_000, {
    onFailing: (reason) => (verdict = reason),
    onKept: () => (verdict ??= 'kept'),
  })
  vi.advanceTimersByTime(61_000)
  return verdict
}

const health = (calls: number, failures: number, slowMs?: number): ActivationHealth => ({
  calls,
  failures,
  deaths: 0,
  slowMs,
})

describe('the health gate of a change [H7]', () => {
  it.each([
    ['keeps one that serves as before', health(100, 1, 20), health(1000, 5, 20)],
    ['keeps one that nobody called', health(0, 0), health(1000, 5, 20)],
    ['keeps one whose few calls failed as they did before', health(8, 6), health(100, 80)],
    ['keeps one that is slower by what nobody notices', health(100, 0, 400), health(1000, 0, 10)],
    ['keeps one that is slow as before', health(100, 0, 9_000), health(1000, 0, 8_000)],
    ['keeps a slow one when too little is known of the one before', health(100, 0, 9_000), health(3, 0, 10)],
  ])('%s', (_, now, before) => {
    expect(judge(now, before)).toBe('kept')
  })

  it.each([
    ['fails half of its calls', health(10, 5), health(0, 0)],
    ['fails a fifth more than before', health(100, 30), health(1000, 50)],
    ['is five times slower, by seconds', health(100, 0, 6_000), health(1000, 0, 500)],
    ['dies twice', { ...health(3, 0), deaths: 2 }, health(1000, 0)],
  ])('takes one back that %s', (_, now, before) => {
    expect(judge(now, before)).toMatchObject({ code: 'PLUGIN_SWAP_FAILED' })
  })
})
