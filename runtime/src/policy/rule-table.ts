import type { Principal, Role } from '../identity/principal.ts'
import type { PolicyRuleRow } from '../store/store.ts'
import type { PolicyVerdict } from './decide.ts'

/** The rules of all workspaces, ready to be asked for every entry of a list. */
export interface RuleTable {
  judge(principal: Principal, pluginId: string, tool: string): PolicyVerdict
}

interface WorkspaceRules {
  readonly byPlugin: ReadonlyMap<string, readonly PolicyRuleRow[]>
  /** Roles whose tools are limited to those that an allow rule names. */
  readonly limited: ReadonlySet<Role | '*'>
}

const NO_RULES: WorkspaceRules = { byPlugin: new Map(), limited: new Set() }
const BY_DEFAULT: PolicyVerdict = { effect: 'allow', rule: 'default' }

/**
 * Who holds `tools:call` may call, unless a deny rule matches. As soon as an allow rule exists for any of the caller's
 * roles, only what such a rule names passes: a further role never widens what another one limits.
 */
export function createRuleTable(rows: readonly PolicyRuleRow[]): RuleTable {
  const workspaces = new Map(
    [...Map.groupBy(rows, (row) => row.workspaceId)].map(([workspaceId, own]) => [workspaceId, compile(own)]),
  )
  return {
    judge(principal, pluginId, tool) {
      if (!principal.permissions.has('tools:call')) {
        return { effect: 'deny', rule: 'permission', reason: 'The caller may not call tools in this workspace.' }
      }
      const { byPlugin, limited } = workspaces.get(principal.workspaceId) ?? NO_RULES
      let allowed: PolicyVerdict | undefined
      for (const key of [pluginId, '*']) {
        for (const rule of byPlugin.get(key) ?? []) {
          if (!concerns(rule.role, principal) || !matchesTool(rule.tool, tool)) continue
          if (rule.effect === 'deny') {
            return { effect: 'deny', rule: `rule:${rule.id}`, reason: 'A rule of this workspace denies the tool.' }
          }
          allowed ??= { effect: 'allow', rule: `rule:${rule.id}` }
        }
      }
      if (allowed !== undefined) return allowed
      if (!isLimited(limited, principal)) return BY_DEFAULT
      return { effect: 'deny', rule: 'not-allowed', reason: 'The tool is none of those that the rules allow.' }
    },
  }
}

function compile(rows: readonly PolicyRuleRow[]): WorkspaceRules {
  return {
    byPlugin: Map.groupBy(rows, (row) => row.plugin),
    limited: new Set(rows.filter((row) => row.effect === 'allow').map((row) => row.role)),
  }
}

function concerns(role: Role | '*', principal: Principal): boolean {
  return role === '*' || principal.roles.includes(role)
}

function isLimited(limited: WorkspaceRules['limited'], principal: Principal): boolean {
  return limited.has('*') || principal.roles.some((role) => limited.has(role))
}

function matchesTool(pattern: string, tool: string): boolean {
  return pattern.endsWith('*') ? tool.startsWith(pattern.slice(0, -1)) : pattern === tool
}
