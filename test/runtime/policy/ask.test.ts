import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RuleRequest } from '../../../runtime/src/policy/rules.ts'
import { type PolicyHost, answer, openPolicyHost } from './host.ts'

let host: PolicyHost
beforeEach(async () => {
  host = await openPolicyHost()
})
afterEach(() => host[Symbol.asyncDispose]())

const approval = { approvers: { roles: ['admin'], users: [] }, expiresSeconds: 600, selfApproval: true } as const
const asking = { role: '*', plugin: '*', tool: '*', effect: 'ask', approval } as const
const add = (rule: RuleRequest) => host.policy.rules.create(host.admin, rule, 'r')
const decide = async (change = {}) => host.policy.decide(host.call(host.principal('member'), change))

describe('rules that ask [G9]', () => {
  it('say who may approve, for how long, and which rule asks', async () => {
    const rule = await add(asking)
    expect(await decide()).toEqual({
      effect: 'ask',
      rule: `rule:${rule.id}`,
      reason: 'A rule of this workspace wants it approved.',
      terms: {
        approvers: [{ roles: ['admin'], users: [] }],
        expiresSeconds: 600,
        selfApproval: true,
        sources: [`rule:${rule.id}`],
      },
    })
    expect(host.policy.isVisible(host.principal('member'), 'acme/notes', 'delete_note')).toBe(true)
  })

  it('give way to a rule that denies, and win over one that allows', async () => {
    await add({ role: '*', plugin: 'acme/notes', tool: 'delete_note', effect: 'allow' })
    await add({ ...asking, plugin: 'acme/notes' })
    expect(await decide()).toMatchObject({ effect: 'ask' })
    await add({ role: '*', plugin: '*', tool: 'delete_*', effect: 'deny' })
    expect(await decide()).toMatchObject({ effect: 'deny' })
  })

  it('open nothing to a role that is limited to what is allowed', async () => {
    await add({ role: 'member', plugin: 'acme/notes', tool: 'read_note', effect: 'allow' })
    await add(asking)
    expect(await decide()).toMatchObject({ effect: 'deny', rule: 'not-allowed' })
    expect(await decide({ tool: 'read_note' })).toMatchObject({ effect: 'ask' })
  })

  it('are all satisfied where several match: every group, the shortest time, self-approval only if all allow it', async () => {
    await add(asking)
    await add({
      ...asking,
      tool: 'delete_*',
      approval: { approvers: { roles: [], users: ['ada'] }, expiresSeconds: 60, selfApproval: false },
    })
    expect(await decide()).toMatchObject({
      terms: {
        approvers: [
          { roles: ['admin'], users: [] },
          { roles: [], users: ['ada'] },
        ],
        expiresSeconds: 60,
        selfApproval: false,
      },
    })
  })

  it.each([
    ['no terms', undefined],
    ['nobody who may approve', { ...approval, approvers: { roles: [], users: [] }, selfApproval: false }],
    ['a time that is too short', { ...approval, expiresSeconds: 5 }],
    ['a time that is too long', { ...approval, expiresSeconds: 8 * 86_400 }],
  ] as const)('are refused with %s', async (_, terms) => {
    await expect(add({ ...asking, approval: terms })).rejects.toMatchObject({ code: 'POLICY_RULE_INVALID' })
  })

  it('may leave the decision to the caller alone', async () => {
    await add({ ...asking, approval: { ...approval, approvers: { roles: [], users: [] } } })
    expect(await decide()).toMatchObject({ effect: 'ask', terms: { selfApproval: true } })
  })
})

describe('rules about resources and prompts [I5]', () => {
  it('concern their own kind only', async () => {
    await add({ role: '*', plugin: '*', kind: 'resource', tool: 'file:///secret/*', effect: 'deny' })
    const secret = { kind: 'resource', tool: 'file:///secret/plans' } as const
    expect(await decide(secret)).toMatchObject({ effect: 'deny' })
    expect(await decide({ ...secret, tool: 'file:///public/plans' })).toMatchObject({ effect: 'allow' })
    expect(await decide({ ...secret, kind: 'prompt' })).toMatchObject({ effect: 'allow' })
    expect(await decide({ ...secret, kind: 'tool' })).toMatchObject({ effect: 'allow' })
    const member = host.principal('member')
    expect(host.policy.isVisible(member, 'acme/notes', secret.tool, 'resource')).toBe(false)
    expect(host.policy.isVisible(member, 'acme/notes', secret.tool, 'prompt')).toBe(true)
  })

  it('limit what they name by allowing, and leave tools alone', async () => {
    await add({ role: 'member', plugin: 'acme/notes', kind: 'prompt', tool: 'summary', effect: 'allow' })
    expect(await decide({ kind: 'prompt', tool: 'other' })).toMatchObject({ effect: 'deny', rule: 'not-allowed' })
    expect(await decide({ kind: 'prompt', tool: 'summary' })).toMatchObject({ effect: 'allow' })
    expect(await decide()).toMatchObject({ effect: 'allow' })
  })

  it('take long URIs, and names of 128 characters', async () => {
    const tool = `file:///${'x'.repeat(900)}`
    await add({ role: '*', plugin: '*', kind: 'resource', tool, effect: 'deny' })
    await expect(add({ role: '*', plugin: '*', kind: 'prompt', tool, effect: 'deny' })).rejects.toMatchObject({
      code: 'POLICY_RULE_INVALID',
    })
  })
})

describe('a denial [I5]', () => {
  it('tells all rules that matched', async () => {
    const allow = await add({ role: '*', plugin: '*', tool: 'delete_note', effect: 'allow' })
    const deny = await add({ role: 'member', plugin: 'acme/notes', tool: 'delete_*', effect: 'deny' })
    await add({ role: 'auditor', plugin: '*', tool: '*', effect: 'deny' })
    expect(await decide()).toMatchObject({
      effect: 'deny',
      rule: `rule:${deny.id}`,
      matched: [`rule:${deny.id}`, `rule:${allow.id}`],
    })
  })
})

describe('policies of packs that ask [G9]', () => {
  const ask = { effect: 'ask', reason: 'It deletes.' } as const

  it('have terms of their own, or those of admins for a quarter of an hour', async () => {
    host.policy.addPack(host.pack('call', answer(ask), { version: '1.2.3' }))
    expect(await decide()).toEqual({
      effect: 'ask',
      rule: 'acme/guard#guard',
      reason: 'It deletes.',
      terms: {
        approvers: [{ roles: ['admin', 'workspace-admin'], users: [] }],
        expiresSeconds: 900,
        selfApproval: false,
        sources: ['acme/guard#guard@1.2.3'],
      },
    })
    host.policy.addPack(
      host.pack('call', answer({ ...ask, approvers: ['auditor'], expiresInSeconds: 60, callerMayApprove: true }), {
        installationId: 'i-2',
        pluginId: 'acme/second',
      }),
    )
    expect(await decide()).toMatchObject({
      terms: { expiresSeconds: 60, selfApproval: false, sources: ['acme/guard#guard@1.2.3', 'acme/second#guard'] },
    })
  })

  it('give way to one that denies', async () => {
    host.policy.addPack(host.pack('call', answer(ask)))
    host.policy.addPack(
      host.pack('call', answer({ effect: 'deny', reason: 'no' }), { installationId: 'i-2', pluginId: 'acme/strict' }),
    )
    expect(await decide()).toMatchObject({ effect: 'deny', rule: 'acme/strict#guard' })
  })

  it.each([{ approvers: [] }, { approvers: ['king'] }, { expiresInSeconds: 1 }, { callerMayApprove: 'yes' }])(
    'deny with terms that mean nothing: %j',
    async (change) => {
      host.policy.addPack(host.pack('call', answer({ ...ask, ...change })))
      expect(await decide()).toMatchObject({ effect: 'deny' })
    },
  )

  it('may not ask about a result', async () => {
    host.policy.addPack(host.pack('result', answer(ask)))
    await expect(host.policy.review(host.call(host.principal('member')), {})).rejects.toMatchObject({
      code: 'POLICY_FAILED',
    })
  })

  it('see which kind of thing they decide about', async () => {
    const seen: unknown[] = []
    host.policy.addPack(
      host.pack('call', async (_name, event) => {
        seen.push(JSON.parse(event))
        return '{"effect":"allow"}'
      }),
    )
    await decide({ kind: 'resource', tool: 'file:///a', arguments: { uri: 'file:///a' } })
    expect(seen).toMatchObject([{ kind: 'resource', tool: 'acme/notes:file:///a', arguments: { uri: 'file:///a' } }])
  })
})
