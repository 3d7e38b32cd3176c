import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AuditEvent } from '../../../../runtime/src/audit/audit.ts'
import { ApprovalDesk } from '../../../../runtime/src/gateway/approvals/approval-desk.ts'
import { bindingOf, callDigest } from '../../../../runtime/src/gateway/approvals/binding.ts'
import { MAX_PENDING_PER_PRINCIPAL } from '../../../../runtime/src/gateway/approvals/limits.ts'
import { maskArguments } from '../../../../runtime/src/gateway/approvals/mask-arguments.ts'
import type { Call } from '../../../../runtime/src/gateway/call.ts'
import type { PolicyCall } from '../../../../runtime/src/policy/decide.ts'
import { approvalRow, at, later } from '../../store/approval-row.ts'
import { WORKSPACE } from '../harness.ts'
import { openShared, PEOPLE, type Shared } from './host.ts'

let shared: Shared
let desk: ApprovalDesk
let now: Date
let events: AuditEvent[]
beforeEach(async () => {
  shared = await openShared()
  now = at
  events = []
  const audit = { record: (event: AuditEvent) => void events.push(event) }
  desk = new ApprovalDesk({ rows: shared.store.approvals, audit, clock: () => now })
})
afterEach(async () => {
  desk[Symbol.dispose]()
  await shared.store[Symbol.asyncDispose]()
})

const open = (id: string, change = {}) => desk.open(approvalRow(WORKSPACE, id, change))
const decide = (id: string, verdict: 'approve' | 'deny' = 'approve') => desk.decide(PEOPLE.bob, id, { verdict }, 'd')

describe('approvals that end [G9]', () => {
  it('are forgotten, and the trail says that nobody decided', async () => {
    await open('a')
    now = later(10)
    expect(await desk.list(PEOPLE.bob)).toEqual([])
    await expect(decide('a')).rejects.toMatchObject({ code: 'APPROVAL_UNKNOWN' })
    await desk.sweep()
    expect(events.at(-1)).toMatchObject({ action: 'approval.expired', details: { approval: 'a', state: 'pending' } })
    expect(await shared.store.approvals.get('a')).toBeUndefined()
  })

  it('make room for a new one of the same call', async () => {
    await open('a', { openKey: 'same' })
    now = later(11)
    const second = await open('b', { openKey: 'same', expiresAt: later(30) })
    expect(second.id).toBe('b')
  })

  it('are good for as long as the rule says from the moment they were given', async () => {
    await open('a')
    now = later(9)
    const approved = await decide('a')
    expect(approved.expiresAt).toEqual(later(19))
    now = later(18)
    expect(await desk.use(approved, 'run')).toBe(true)
  })

  it('are not used after that', async () => {
    await open('a')
    const approved = await decide('a')
    now = later(10)
    expect(await desk.use(approved, 'run')).toBe(false)
  })
})

describe('waiting for a decision [G9]', () => {
  it('ends with the decision, with the time, and with the call', async () => {
    await open('a')
    const signal = new AbortController().signal
    expect(await desk.settled('a', 20, signal)).toMatchObject({ state: 'pending' })
    const decided = desk.settled('a', 60_000, signal)
    await decide('a', 'deny')
    expect(await decided).toMatchObject({ state: 'denied' })
    await open('b')
    const gone = new AbortController()
    const waiting = desk.settled('b', 60_000, gone.signal)
    gone.abort(new Error('the client left'))
    await expect(waiting).rejects.toThrow('the client left')
  })

  it('tells those who listen, with what is theirs to decide', async () => {
    const told: string[] = []
    using listening = desk.onChange((workspaceId) => void told.push(workspaceId))
    expect(listening).toBeDefined()
    await open('a')
    expect(await desk.waitingFor(PEOPLE.bob)).toBe(1)
    expect(await desk.waitingFor(PEOPLE.carol)).toBe(0)
    await decide('a')
    expect(await desk.waitingFor(PEOPLE.bob)).toBe(0)
    expect(told).toEqual([WORKSPACE, WORKSPACE])
  })
})

describe('how many may wait [G9]', () => {
  it('is bounded for each caller, and deciding makes room', async () => {
    for (let count = 0; count < MAX_PENDING_PER_PRINCIPAL; count += 1) await open(`a-${count}`)
    await expect(open('more')).rejects.toMatchObject({ code: 'APPROVAL_LIMIT', status: 429 })
    expect((await open('other', { principalId: 'token:else' })).id).toBe('other')
    await decide('a-0')
    expect((await open('more')).id).toBe('more')
  })
})

describe('arguments that people are shown [G9]', () => {
  it('are whole, but for text that looks like a secret', () => {
    const shown = maskArguments({
      id: 7,
      path: '/srv/docs',
      password: 'hunter2',
      nested: { apiKey: 'abc', keep: ['a', 'Bearer abcdef'], token: { value: 'xyz', count: 3 } },
      max_tokens: 500,
    })
    expect(JSON.parse(shown)).toEqual({
      id: 7,
      path: '/srv/docs',
      password: '[redacted] (7 characters)',
      nested: {
        apiKey: '[redacted] (3 characters)',
        keep: ['a', '[redacted] (13 characters)'],
        token: { value: '[redacted] (3 characters)', count: 3 },
      },
      max_tokens: 500,
    })
    expect(shown).not.toContain('hunter2')
  })
})

describe('what an approval is bound to [G9]', () => {
  const asked: PolicyCall = {
    principal: PEOPLE.alice,
    workspaceId: WORKSPACE,
    virtualServer: 'small',
    installationId: 'i',
    pluginId: 'acme/notes',
    kind: 'tool',
    tool: 'delete_note',
    arguments: { id: 7 },
    requestId: 'r',
  }
  const call: Pick<Call, 'method' | 'ancestry'> = { method: 'tools/call' }
  const digest = (change: Partial<PolicyCall> = {}, over: Partial<Call> = {}, upstream = 'up') =>
    // Only these two members of a call are part of it.
    callDigest({ ...call, ...over } as Call, { ...asked, ...change }, upstream)

  it('is the caller, the server, the upstream, the tool, the arguments, and the plugin that calls', () => {
    const all = [
      digest(),
      digest({ principal: PEOPLE['alice-2'] }),
      digest({ virtualServer: undefined }),
      digest({ workspaceId: 'other' }),
      digest({ kind: 'prompt' }),
      digest({ tool: 'delete_all' }),
      digest({ arguments: { id: '7' } }),
      digest({}, { ancestry: { depth: 1, chain: ['acme/agent:run'] } }),
      digest({}, { method: 'tools/other' }),
      digest({}, {}, 'another'),
    ]
    expect(new Set(all).size).toBe(all.length)
    expect(digest({ requestId: 'another', installationId: 'j' })).toBe(digest())
  })

  it('is the terms of the rules that asked', () => {
    const terms = approvalRow(WORKSPACE, 'a').terms
    const all = [
      bindingOf('call', terms),
      bindingOf('call', { ...terms, sources: ['rule:2'] }),
      bindingOf('call', { ...terms, selfApproval: true }),
      bindingOf('call', { ...terms, expiresSeconds: 1 }),
      bindingOf('call', { ...terms, approvers: [] }),
      bindingOf('other', terms),
    ]
    expect(new Set(all).size).toBe(all.length)
  })

  it('is refused for arguments that nobody could look through', () => {
    let deep: unknown = 1
    for (let depth = 0; depth < 5_000; depth += 1) deep = [deep]
    expect(() => digest({ arguments: { deep: deep as never } })).toThrow(
      expect.objectContaining({ code: 'APPROVAL_TOO_LARGE' }),
    )
  })
})
