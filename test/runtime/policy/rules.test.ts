import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PolicyRulesPort } from '../../../runtime/src/http/ports.ts'
import type { Role } from '../../../runtime/src/identity/principal.ts'
import { openPolicy } from '../../../runtime/src/policy/open-policy.ts'
import type { RuleRequest } from '../../../runtime/src/policy/rules.ts'
import { addWorkspace } from '../store/rows.ts'
import { type PolicyHost, openPolicyHost } from './host.ts'

let host: PolicyHost
beforeEach(async () => {
  host = await openPolicyHost()
})
afterEach(() => host[Symbol.asyncDispose]())

const add = (change: Partial<RuleRequest>, principal = host.admin) =>
  host.policy.rules.create(principal, { role: '*', plugin: '*', tool: '*', effect: 'deny', ...change }, 'r')

async function passes(roles: readonly Role[], pluginId = 'acme/notes', tool = 'delete_note'): Promise<boolean> {
  const principal = host.principal(...roles)
  const verdict = await host.policy.decide(host.call(principal, { pluginId, tool }))
  expect(host.policy.isVisible(principal, pluginId, tool)).toBe(verdict.effect === 'allow')
  return verdict.effect === 'allow'
}

describe('rules [I5]', () => {
  it('let everybody call who may call tools, and nobody else', async () => {
    for (const role of ['admin', 'workspace-admin', 'member', 'publisher'] as const) {
      expect(await passes([role])).toBe(true)
    }
    expect(await passes(['auditor'])).toBe(false)
    expect(await passes([])).toBe(false)
  })

  it('deny by role, plugin and tool', async () => {
    const rule = await add({ role: 'member', plugin: 'acme/notes', tool: 'delete_note' })
    expect(await passes(['member'])).toBe(false)
    expect(await passes(['member', 'publisher'])).toBe(false)
    expect(await passes(['publisher'])).toBe(true)
    expect(await passes(['member'], 'acme/other')).toBe(true)
    expect(await passes(['member'], 'acme/notes', 'delete_note_2')).toBe(true)
    expect(await host.policy.decide(host.call(host.principal('member')))).toMatchObject({
      effect: 'deny',
      rule: `rule:${rule.id}`,
    })
    expect(await host.policy.rules.remove(host.admin, rule.id, 'r')).toBe(true)
    expect(await passes(['member'])).toBe(true)
  })

  it('match the rest of a name after a star, and everything with a star alone', async () => {
    await add({ plugin: 'acme/notes', tool: 'delete_*' })
    expect(await passes(['member'], 'acme/notes', 'delete_')).toBe(false)
    expect(await passes(['member'], 'acme/notes', 'delete_all')).toBe(false)
    expect(await passes(['member'], 'acme/notes', 'delet')).toBe(true)
    expect(await passes(['member'], 'acme/notes', 'Delete_all')).toBe(true)
    await add({ plugin: 'acme/other' })
    expect(await passes(['admin'], 'acme/other', 'anything')).toBe(false)
  })

  it('limit a role to what is allowed as soon as one allow rule names it', async () => {
    await add({ role: 'member', plugin: 'acme/notes', tool: 'read_*', effect: 'allow' })
    expect(await passes(['member'], 'acme/notes', 'read_note')).toBe(true)
    expect(await passes(['member'], 'acme/notes', 'delete_note')).toBe(false)
    expect(await passes(['publisher'], 'acme/notes', 'delete_note')).toBe(true)
    expect(await passes(['member', 'publisher'], 'acme/notes', 'delete_note')).toBe(false)
    await add({ role: '*', plugin: 'acme/notes', tool: 'list', effect: 'allow' })
    expect(await passes(['publisher'], 'acme/notes', 'delete_note')).toBe(false)
    expect(await passes(['publisher'], 'acme/notes', 'list')).toBe(true)
  })

  it('let deny win over allow, whichever came first and however exact', async () => {
    await add({ role: 'member', plugin: 'acme/notes', tool: 'delete_note', effect: 'allow' })
    await add({ plugin: '*', tool: 'delete_*' })
    expect(await passes(['member'])).toBe(false)
  })

  it('hold in their workspace only', async () => {
    const other = await addWorkspace(host.store, 'other')
    const elsewhere = { ...host.admin, workspaceId: other.id }
    const rule = await add({}, elsewhere)
    expect(await passes(['member'])).toBe(true)
    expect(await host.policy.rules.remove(host.admin, rule.id, 'r')).toBe(false)
    expect(await host.policy.rules.list(other.id)).toEqual([rule])
    expect(await host.policy.rules.list(host.admin.workspaceId)).toEqual([])
    const principal = { ...host.principal('member'), workspaceId: other.id }
    expect(host.policy.isVisible(principal, 'acme/notes', 'x')).toBe(false)
    expect(await host.policy.decide(host.call(principal))).toMatchObject({ effect: 'deny', rule: 'workspace' })
  })

  it('are there after a restart and, after a reload, on another node', async () => {
    const node = await openPolicy({ store: host.store, audit: host.audit })
    const rule = await add({})
    const again = await openPolicy({ store: host.store, audit: host.audit })
    expect(again.isVisible(host.admin, 'acme/notes', 'x')).toBe(false)
    expect(node.isVisible(host.admin, 'acme/notes', 'x')).toBe(true)
    await node.rules.reload()
    expect(node.isVisible(host.admin, 'acme/notes', 'x')).toBe(false)
    await host.policy.rules.remove(host.admin, rule.id, 'r')
  })

  it('are changed by those who may, and audited', async () => {
    const member = host.principal('member')
    await expect(add({}, member)).rejects.toMatchObject({ code: 'IDENTITY_FORBIDDEN' })
    const rule = await add({})
    await expect(host.policy.rules.remove(member, rule.id, 'r')).rejects.toMatchObject({ code: 'IDENTITY_FORBIDDEN' })
    await host.policy.rules.remove(host.admin, rule.id, 'r')
    expect(host.events.map(({ action, target }) => [action, target])).toEqual([
      ['policy.rule-created', rule.id],
      ['policy.rule-removed', rule.id],
    ])
  })

  it.each([
    { plugin: 'no-slash' },
    { plugin: 'acme/*' },
    { tool: '' },
    { tool: 'a*b' },
    { tool: '**' },
    { tool: 'with space' },
    { tool: 'x'.repeat(129) },
  ])('refuse %j', async (change) => {
    await expect(add(change)).rejects.toMatchObject({ code: 'POLICY_RULE_INVALID', status: 422 })
  })

  it('deny everything while they cannot be read, and recover by themselves', async () => {
    let broken = false
    const list = async () => {
      if (broken) throw new Error('connection lost')
      return host.store.policyRules.list()
    }
    const policy = await openPolicy({ store: { policyRules: { ...host.store.policyRules, list } }, audit: host.audit })
    broken = true
    await expect(policy.rules.reload()).rejects.toThrow('connection lost')
    expect(await policy.decide(host.call(host.admin))).toMatchObject({ effect: 'deny', rule: 'policy-failed' })
    expect(policy.isVisible(host.admin, 'acme/notes', 'x')).toBe(false)
    broken = false
    expect(await policy.decide(host.call(host.admin))).toMatchObject({ effect: 'allow' })
    expect(policy.isVisible(host.admin, 'acme/notes', 'x')).toBe(true)
  })

  it('let nothing begin that could not be audited', async () => {
    host.audit.accepting = false
    expect(await host.policy.decide(host.call(host.admin))).toMatchObject({ effect: 'deny', rule: 'audit-unavailable' })
  })

  it('offer what the admin API asks for', () => {
    const port: PolicyRulesPort = host.policy.rules
    expect(port).toBeDefined()
  })
})
