import { type BudgetRequest, type BudgetView, schemas } from '../../contract/index.ts'
import type { CommandContext } from '../command-context.ts'
import { table } from '../console.ts'
import { cliError } from '../errors.ts'
import { findInstallation } from '../plugin-reference.ts'

interface BudgetOptions {
  readonly set: readonly string[]
  readonly clear: readonly string[]
}

const WRITTEN = /^(\w+)\/(\w+)(?:=(?:([\d.]+):)?([\d.]+)?)?$/

/** `nexus plugin budgets` */
export async function pluginBudgets(
  { connect, output }: CommandContext,
  plugin: string,
  { set, clear }: BudgetOptions,
): Promise<void> {
  const client = await connect()
  const { id, pluginId } = await findInstallation(client, plugin)
  const before = await client.call('installationBudgets', { params: { id } })
  if (set.length + clear.length === 0) {
    output.answer(before.items, linesOf(pluginId, before.items))
    return
  }
  const changed = new Map(before.items.map((item) => [nameOf(item), requestOf(item)]))
  for (const text of clear) changed.delete(nameOf(parseBudget(text)))
  for (const text of set) {
    const budget = parseBudget(text)
    changed.set(nameOf(budget), budget)
  }
  const body = { budgets: [...changed.values()] }
  const { items } = await client.call('putBudgets', { params: { id }, body })
  output.answer(items, linesOf(pluginId, items))
}

/** `meter/period`, `meter/period=hard` or `meter/period=soft:hard`; a missing number after the colon means no end. */
function parseBudget(text: string): BudgetRequest {
  const [, meter, period, soft, hard] = WRITTEN.exec(text) ?? []
  const parsed = schemas.budget.safeParse({
    meter,
    period,
    ...(soft !== undefined && { soft: Number(soft) }),
    ...(hard !== undefined && { hard: Number(hard) }),
  })
  if (parsed.success) return parsed.data
  throw cliError(
    'CLI_USAGE',
    `Expected a budget such as \`calls/day=1000\`, \`cpuSeconds/month=80:100\` or \`egressBytes/day=1000000:\`, found ${JSON.stringify(text)}.`,
  )
}

function nameOf({ meter, period }: Pick<BudgetRequest, 'meter' | 'period'>): string {
  return `${meter}/${period}`
}

function requestOf({ meter, period, soft, hard }: BudgetView): BudgetRequest {
  return { meter, period, ...(soft !== undefined && { soft }), ...(hard !== undefined && { hard }) }
}

function linesOf(pluginId: string, items: readonly BudgetView[]): readonly string[] {
  if (items.length === 0)
    return [`${pluginId} has no budget. \`nexus plugin budgets ${pluginId} --set calls/day=1000\` sets one.`]
  const rows = items.map((item) => [
    nameOf(item),
    String(Math.round(item.used * 1000) / 1000),
    String(item.soft ?? '–'),
    String(item.hard ?? '–'),
    item.state,
    item.resetsAt,
  ])
  return table([['Budget', 'Used', 'Warns at', 'Ends at', 'State', 'Starts anew'], ...rows])
}
