import type { PolicySubject } from '@nexus/plugin-api'
import type { Principal, Role } from '../identity/principal.ts'
import type { PolicyRuleRow } from '../store/store.ts'
import { type AskTerms, mergeTerms } from './ask-terms.ts'
import type { PolicyVerdict } from './decide.ts'

/** The rules of all workspaces, ready to be asked for every entry of a list. */
export interface RuleTable {
  judge(principal: Principal, pluginId: string, name: string, kind?: PolicySubject): PolicyVerdict
}

/** The rules of one workspace about one kind of thing. */
interface CompiledRules {
  /** With those for any plugin among them. */
  readonly byPlugin: ReadonlyMap<string, readonly CompiledRule[]>
  readonly anyPlugin: readonly CompiledRule[]
  /** Roles that are limited to what an allow rule names. */
  readonly limited: ReadonlySet<Role | '*'>
}

interface CompiledRule {
  readonly row: PolicyRuleRow
  readonly name: string
  /** What stands before the star; `undefined` for a name without one. */
  readonly prefix: string | undefined
  readonly allowed: PolicyVerdict
  readonly terms: AskTerms | undefined
}

const BY_DEFAULT: PolicyVerdict = { effect: 'allow', rule: 'default' }
const NOT_PERMITTED: PolicyVerdict = {
  effect: 'deny',
  rule: 'permission',
  reason: 'The caller may not call tools in this workspace.',
}

/**
 * Who holds `tools:call` may call, unless a deny rule matches. As soon as an allow rule exists for any of the caller's
 * roles, only what such a rule names passes: a further role never widens what another one limits. An ask rule adds a
 * condition and opens nothing.
 */
export function createRuleTable(rows: readonly PolicyRuleRow[]): RuleTable {
  const workspaces = new Map<string, Map<PolicySubject, CompiledRules>>()
  for (const [workspaceId, own] of Map.groupBy(rows, (row) => row.workspaceId)) {
    const kinds = Map.groupBy(own, (row) => row.kind)
    workspaces.set(workspaceId, new Map([...kinds].map(([kind, same]) => [kind, compile(same)])))
  }
  return {
    judge(principal, pluginId, name, kind = 'tool') {
      if (!principal.permissions.has('tools:call')) return NOT_PERMITTED
      const rules = workspaces.get(principal.workspaceId)?.get(kind)
      return rules === undefined ? BY_DEFAULT : judge(rules, principal, pluginId, name)
    },
  }
}

/** Makes nothing on its way to `allow`: it runs for every call and every entry of a list. */
function judge(rules: CompiledRules, principal: Principal, pluginId: string, name: string): PolicyVerdict {
  const candidates = rules.byPlugin.get(pluginId) ?? rules.anyPlugin
  let allowed: PolicyVerdict | undefined
  let asks = false
  for (const rule of candidates) {
    if (!matches(rule, principal, name)) continue
    const { effect, id } = rule.row
    if (effect === 'deny') {
      const matched = matching(candidates, principal, name).map(({ row }) => ruleName(row.id))
      return { effect: 'deny', rule: ruleName(id), reason: 'A rule of this workspace denies it.', matched }
    }
    if (effect === 'ask') asks = true
    else allowed ??= rule.allowed
  }
  if (allowed === undefined && isLimited(rules.limited, principal)) {
    return { effect: 'deny', rule: 'not-allowed', reason: 'It is none of those that the rules allow.', matched: [] }
  }
  return asks ? askVerdict(matching(candidates, principal, name)) : (allowed ?? BY_DEFAULT)
}

function askVerdict(matched: readonly CompiledRule[]): PolicyVerdict {
  const [first, ...others] = matched.flatMap(({ terms }) => (terms === undefined ? [] : [terms]))
  if (first === undefined) throw new Error('A rule that asks has terms.')
  const terms = mergeTerms(first, ...others)
  const reason = 'A rule of this workspace wants it approved.'
  return { effect: 'ask', rule: first.sources[0] ?? 'rule', reason, terms }
}

function compile(rows: readonly PolicyRuleRow[]): CompiledRules {
  const rules = rows.map(compileRule)
  const anyPlugin = rules.filter(({ row }) => row.plugin === '*')
  const named = Map.groupBy(
    rules.filter(({ row }) => row.plugin !== '*'),
    ({ row }) => row.plugin,
  )
  return {
    anyPlugin,
    byPlugin: new Map([...named].map(([plugin, own]) => [plugin, [...own, ...anyPlugin]])),
    limited: new Set(rows.filter((row) => row.effect === 'allow').map((row) => row.role)),
  }
}

function compileRule(row: PolicyRuleRow): CompiledRule {
  const { id, tool, approval, effect } = row
  const terms = (): AskTerms => ({
    // A row that asks without terms was not written by this host: nobody may approve it.
    approvers: [approval?.approvers ?? { roles: [], users: [] }],
    expiresSeconds: approval?.expiresSeconds ?? 0,
    selfApproval: approval?.selfApproval ?? false,
    sources: [ruleName(id)],
  })
  return {
    row,
    name: tool,
    prefix: tool.endsWith('*') ? tool.slice(0, -1) : undefined,
    allowed: { effect: 'allow', rule: ruleName(id) },
    terms: effect === 'ask' ? terms() : undefined,
  }
}

function ruleName(id: string): string {
  return `rule:${id}`
}

function matching(rules: readonly CompiledRule[], principal: Principal, name: string): readonly CompiledRule[] {
  return rules.filter((rule) => matches(rule, principal, name))
}

function matches({ row, name: own, prefix }: CompiledRule, principal: Principal, name: string): boolean {
  if (row.role !== '*' && !principal.roles.includes(row.role)) return false
  return prefix === undefined ? own === name : name.startsWith(prefix)
}

function isLimited(limited: CompiledRules['limited'], principal: Principal): boolean {
  return limited.has('*') || principal.roles.some((role) => limited.has(role))
}
