import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createEventReader } from '../../../runtime/src/cli/event-reader.ts'
import type { ApprovalRow } from '../../../runtime/src/store/approval.ts'
import { approvalRow } from '../store/approval-row.ts'
import { type HttpHost, openHttpHost } from './http-host.ts'

let host: HttpHost
let workspaceId: string
let count = 0
beforeAll(async () => {
  host = await openHttpHost()
  const me = await host.ask('GET', '/api/v1/me')
  workspaceId = me.body.workspace.id
})
afterAll(() => host[Symbol.asyncDispose]())
beforeEach(async () => {
  await host.store.approvals.takeExpired(new Date(Date.now() + 86_400_000))
})

async function waiting(change: Partial<ApprovalRow> = {}): Promise<string> {
  const id = `approval-${(count += 1)}`
  const expiresAt = new Date(Date.now() + 600_000)
  await host.store.approvals.open(approvalRow(workspaceId, id, { createdAt: new Date(), expiresAt, ...change }))
  return id
}
const decide = (id: string, body: object, as?: { readonly cookie: string } | { readonly token: string }) =>
  host.ask('POST', `/api/v1/approvals/${id}/decision`, { body, ...(as !== undefined && { as }) })

describe('the queue of approvals [G9]', () => {
  it('shows what waits, to those who may decide', async () => {
    const id = await waiting()
    const { body } = await host.ask('GET', '/api/v1/approvals')
    expect(body.items).toMatchObject([
      {
        id,
        state: 'pending',
        own: false,
        mayDecide: true,
        caller: 'Ada',
        pluginId: 'acme/notes',
        annotations: { destructiveHint: true },
        arguments: '{"id":7}',
        rules: ['rule:1'],
        approvers: [{ roles: ['admin'], people: 1 }],
      },
    ])
    const member = await host.person('member')
    expect((await host.ask('GET', '/api/v1/approvals', { as: member })).body.items).toEqual([])
    expect((await host.ask('GET', `/api/v1/approvals/${id}`, { as: member })).status).toBe(404)
    expect((await decide(id, { verdict: 'approve' }, member)).body).toMatchObject({ code: 'APPROVAL_UNKNOWN' })
  })

  it('takes one decision, with a note, and writes it into the audit trail', async () => {
    const id = await waiting()
    const approved = await decide(id, { verdict: 'approve', note: ' Fine. ' })
    expect(approved).toMatchObject({ status: 200, body: { state: 'approved', mayDecide: false, note: 'Fine.' } })
    expect((await decide(id, { verdict: 'deny' })).body).toMatchObject({ code: 'APPROVAL_DECIDED', status: 409 })
    await host.flush()
    const { body } = await host.ask('GET', '/api/v1/audit?action=approval.granted')
    expect(body.items[0]).toMatchObject({ details: { approval: id, note: 'Fine.', caller: 'token:t' } })
  })

  it('does not let people approve their own call, with whichever token they made it', async () => {
    const { body: me } = await host.ask('GET', '/api/v1/me')
    const id = await waiting({ userId: me.user.id })
    expect((await host.ask('GET', `/api/v1/approvals/${id}`)).body).toMatchObject({ own: true, mayDecide: false })
    expect((await decide(id, { verdict: 'approve' })).body).toMatchObject({ code: 'APPROVAL_FORBIDDEN' })
  })

  it('lets people decide about their own call where the rule says so, approver or not', async () => {
    const member = await host.person('member')
    const { body: me } = await host.ask('GET', '/api/v1/me', { as: member })
    const row = approvalRow(workspaceId, 'terms')
    const id = await waiting({ userId: me.user.id, terms: { ...row.terms, selfApproval: true } })
    expect((await decide(id, { verdict: 'deny' }, member)).body).toMatchObject({ state: 'denied' })
  })

  it('lets named people decide, and needs all groups where several rules ask', async () => {
    const member = await host.person('member')
    const { body: me } = await host.ask('GET', '/api/v1/me', { as: member })
    const terms = approvalRow(workspaceId, 'terms').terms
    const named = { roles: [], users: [me.user.id] }
    const one = await waiting({ terms: { ...terms, approvers: [named] } })
    const both = await waiting({ terms: { ...terms, approvers: [named, { roles: ['admin'], users: [] }] } })
    expect((await decide(both, { verdict: 'approve' }, member)).status).toBe(404)
    expect((await decide(one, { verdict: 'approve' }, member)).status).toBe(200)
  })

  it('needs the scope `approvals:decide` of a token: one for calling tools approves nothing', async () => {
    const id = await waiting()
    const token = async (...scopes: string[]) => {
      const made = await host.ask('POST', '/api/v1/tokens', {
        body: { name: scopes.join(' '), scopes, expiresInDays: 1 },
      })
      return { token: made.body.token as string }
    }
    expect((await decide(id, { verdict: 'approve' }, await token('tools:call'))).status).toBe(403)
    expect((await decide(id, { verdict: 'approve' }, await token('approvals:decide'))).status).toBe(200)
  })

  it.each([{ verdict: 'maybe' }, {}, { verdict: 'approve', note: 'x'.repeat(501) }, { verdict: 'deny', more: 1 }])(
    'refuses %j',
    async (body) => {
      expect((await decide(await waiting(), body)).status).toBe(422)
    },
  )

  it('knows nothing of what has expired, or of another workspace', async () => {
    const gone = await waiting({ expiresAt: new Date(Date.now() - 1) })
    expect((await host.ask('GET', '/api/v1/approvals')).body.items).toEqual([])
    expect((await decide(gone, { verdict: 'approve' })).status).toBe(404)
    await host.store.workspaces.insert({ id: 'w2', name: 'second', title: 'Second', createdAt: new Date() })
    const other = await waiting({ workspaceId: 'w2' })
    expect((await decide(other, { verdict: 'approve' })).status).toBe(404)
  })

  it('pushes how many wait, when that changes', async () => {
    const id = await waiting()
    const counts: number[] = []
    const stop = new AbortController()
    const answer = await fetch(`${host.url}/api/v1/approval-events`, {
      headers: { cookie: host.cookie },
      signal: stop.signal,
    })
    const reader = createEventReader((data) => counts.push(JSON.parse(data).waiting))
    const decoder = new TextDecoder()
    for await (const chunk of answer.body ?? []) {
      reader.push(decoder.decode(chunk, { stream: true }))
      if (counts.length === 1) await decide(id, { verdict: 'deny' })
      if (counts.length === 2) break
    }
    stop.abort()
    expect(counts).toEqual([1, 0])
  })
})

describe('rules that ask, over the API [G9]', () => {
  const rule = { role: '*', plugin: '*', tool: '*', effect: 'ask' } as const
  const approval = { approvers: { roles: ['admin'], users: [] }, expiresSeconds: 600, selfApproval: false }

  it('are created with their terms and listed with them', async () => {
    const made = await host.ask('POST', '/api/v1/policies', { body: { ...rule, approval } })
    expect(made).toMatchObject({ status: 201, body: { ...rule, kind: 'tool', approval } })
    const { body } = await host.ask('GET', '/api/v1/policies')
    expect(body.items).toContainEqual(made.body)
    await host.ask('DELETE', `/api/v1/policies/${made.body.id}`)
  })

  it('are refused without terms, and other rules with them', async () => {
    expect((await host.ask('POST', '/api/v1/policies', { body: rule })).status).toBe(422)
    const denying = { ...rule, effect: 'deny', approval }
    expect((await host.ask('POST', '/api/v1/policies', { body: denying })).status).toBe(422)
  })
})
