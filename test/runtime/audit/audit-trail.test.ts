import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AuditEvent } from '../../../runtime/src/audit/audit.ts'
import { type OpenAuditTrail, openAuditTrail } from '../../../runtime/src/audit/open-audit-trail.ts'
import { openStore } from '../../../runtime/src/store/open-store.ts'
import type { Store } from '../../../runtime/src/store/store.ts'

let store: Store
let broken: Error | undefined
let warnings: unknown[]
let batches: number[]
beforeEach(async () => {
  store = await openStore({ url: 'sqlite::memory:' })
  broken = undefined
  warnings = []
  batches = []
})
afterEach(() => store[Symbol.asyncDispose]())

/** A trail on the real store, whose writes fail while `broken` is set: what a full disk does. */
function open(): OpenAuditTrail {
  const append: Store['audit']['append'] = async (events) => {
    if (broken !== undefined) throw broken
    batches.push(events.length)
    await store.audit.append(events)
  }
  const logger = { warn: (fields: unknown) => void warnings.push(fields) }
  return openAuditTrail({ store: { audit: { append, find: store.audit.find } }, logger })
}

function event(change: Partial<AuditEvent> = {}): AuditEvent {
  return {
    workspaceId: 'w',
    actor: 'user:1',
    action: 'tool.called',
    target: 'acme/notes:note',
    outcome: 'ok',
    requestId: 'r',
    ...change,
  }
}

const all = () => store.audit.find({ workspaceId: undefined, limit: 1000 })

describe('audit trail [O1]', () => {
  it('writes by itself a moment after an event was recorded', async () => {
    await using audit = open()
    audit.record(event())
    await vi.waitFor(async () => expect(await all()).toHaveLength(1))
    expect(audit.waiting).toBe(0)
  })

  it('writes many events in few batches and in their order', async () => {
    await using audit = open()
    for (let index = 0; index < 1000; index += 1) audit.record(event({ requestId: `r${index}` }))
    await audit.flush()
    expect(batches).toEqual([512, 488])
    const found = await all()
    expect(found.map((record) => record.requestId).toReversed()).toEqual(
      Array.from({ length: 1000 }, (_, index) => `r${index}`),
    )
  })

  it('finds what was recorded just before, and can be read while the store takes no writes', async () => {
    await using audit = open()
    audit.record(event())
    expect(await audit.find({ workspaceId: 'w', limit: 10 })).toHaveLength(1)
    broken = new Error('disk full')
    audit.record(event())
    expect(await audit.find({ workspaceId: 'w', limit: 10 })).toHaveLength(1)
    broken = undefined
  })

  it('has written everything when it is closed, and takes nothing after', async () => {
    const audit = open()
    audit.record(event())
    await audit[Symbol.asyncDispose]()
    expect(await all()).toHaveLength(1)
    expect(() => audit.record(event())).toThrow(expect.objectContaining({ code: 'AUDIT_CLOSED' }))
  })

  it('keeps events while the store refuses and writes them when it is back', async () => {
    await using audit = open()
    broken = new Error('disk full')
    audit.record(event())
    await expect(audit.flush()).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE', status: 503 })
    expect(audit.healthy).toBe(false)
    audit.record(event())
    expect(warnings).toContainEqual(expect.objectContaining({ reason: 'disk full' }))
    broken = undefined
    await vi.waitFor(async () => expect(await all()).toHaveLength(2))
    expect(audit.healthy).toBe(true)
  })

  it('refuses new events when it can hold no more, and loses none of those it holds', async () => {
    await using audit = open()
    broken = new Error('disk full')
    for (let index = 0; index < 8_999; index += 1) audit.record(event())
    expect(audit.accepting).toBe(true)
    audit.record(event())
    expect(audit.accepting).toBe(false)
    for (let index = 0; index < 1_000; index += 1) audit.record(event())
    expect(() => audit.record(event())).toThrow(expect.objectContaining({ code: 'AUDIT_UNAVAILABLE', status: 503 }))
    broken = undefined
    await vi.waitFor(() => expect(audit.waiting).toBe(0), { timeout: 10_000 })
    expect((await all())[0]?.sequence).toBe(10_000)
    expect(audit.accepting).toBe(true)
  })

  it('says so when it must close before everything is written, and leaves the events in the log', async () => {
    const audit = open()
    broken = new Error('disk full')
    audit.record(event({ requestId: 'unwritten' }))
    await expect(audit[Symbol.asyncDispose]()).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
    expect(JSON.stringify(warnings)).toContain('unwritten')
  })
})

async function stored(change: Partial<AuditEvent>) {
  const audit = open()
  audit.record(event(change))
  await audit[Symbol.asyncDispose]()
  const [record] = await all()
  return record
}

describe('what may stand in the audit trail [O1]', () => {
  it('keeps short strings, numbers and booleans', async () => {
    const details = { ms: 12.5, cached: true, era: 'modern' }
    expect(await stored({ details })).toMatchObject({ details })
  })

  it('cuts long texts and line breaks', async () => {
    const record = await stored({ target: `a\0b\nc\ud800${'x'.repeat(400)}`, details: { long: 'y'.repeat(300) } })
    expect(record?.target).toHaveLength(300)
    expect(record?.target.startsWith('a b c\ufffdx')).toBe(true)
    expect(record?.details?.['long']).toHaveLength(256)
  })

  it('redacts payloads and secrets, by name and by form', async () => {
    const details = JSON.parse(
      JSON.stringify({
        password: 'hunter2',
        apiKey: 'k-1',
        note: 'Authorization: Bearer abc.def',
        jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln',
        own: 'nxs_abcdefghijklmnop',
        payload: { rows: [1] },
        list: [1],
        odd: null,
      }),
    )
    const record = await stored({ details, target: 'nxs_abcdefghijklmnop' })
    expect(new Set(Object.values(record?.details ?? {}))).toEqual(new Set(['[redacted]']))
    expect(record?.target).toBe('[redacted]')
  })

  it('keeps twenty details at most and numbers that JSON cannot hold as text', async () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`k${index}`, index]))
    const record = await stored({ details: { bad: Number.NaN, ...many } })
    expect(Object.keys(record?.details ?? {})).toHaveLength(20)
    expect(record?.details?.['bad']).toBe('NaN')
  })
})
