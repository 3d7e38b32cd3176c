import type { PluginKind } from '@nexus/plugin-api'
import type { BudgetRow } from '../store/store.ts'
import { meteringError } from './errors.ts'

/** Refuses budgets that contradict themselves or that would deny every call of a workspace. */
export function checkBudgets(kind: PluginKind, budgets: readonly BudgetRow[]): void {
  const seen = new Set<string>()
  const errors: { readonly path: string; readonly message: string }[] = []
  for (const [index, { meter, period, soft, hard }] of budgets.entries()) {
    const refuse = (message: string): void => void errors.push({ path: `budgets.${index}`, message })
    if (soft === undefined && hard === undefined) refuse('Expected a value to warn at or to end at, found neither.')
    if (soft !== undefined && hard !== undefined && soft > hard)
      refuse(`Expected to warn (${soft}) before the end (${hard}), found it after.`)
    if (seen.has(`${meter} ${period}`)) refuse(`Expected one budget of ${meter} per ${period}, found two.`)
    if (kind === 'policy-pack' && hard !== undefined)
      refuse('Expected no end for a policy pack: without its answer every call of the workspace is denied.')
    seen.add(`${meter} ${period}`)
  }
  if (errors.length === 0) return
  throw meteringError(
    'BUDGET_INVALID',
    `Expected budgets that can be kept. ${errors.map(({ message }) => message).join(' ')}`,
    {
      details: { errors },
    },
  )
}
