import type { CallUse, Sandbox } from '../sandbox/sandbox.ts'
import type { Budgets, Spender } from './budgets.ts'

/**
 * The sandbox as events and the clock call it: they spend the same budgets as callers do, and are refused like them.
 * Everything else passes through.
 */
export function boundBackground(inner: Sandbox, spender: Spender, budgets: Pick<Budgets, 'enter'>): Sandbox {
  return {
    id: inner.id,
    tier: inner.tier,
    get registrations() {
      return inner.registrations
    },
    async invoke(invocation) {
      const leave = budgets.enter(spender)
      const onUse = (use: CallUse): void => {
        leave()
        invocation.onUse?.(use)
      }
      try {
        return await inner.invoke({ ...invocation, onUse })
      } finally {
        leave()
      }
    },
    usage: () => inner.usage(),
    get inspector() {
      return inner.inspector
    },
    exited: inner.exited,
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  }
}
