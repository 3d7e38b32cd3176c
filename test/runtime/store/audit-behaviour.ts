import { openDatabase } from '@nexus/registry/database'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { AuditEvent } from '../../../runtime/src/audit/audit.ts'
import { storeEntities } from '../../../runtime/src/store/entities/index.ts'
import { storeMigrations } from '../../../runtime/src/store/migrations/index.ts'
import { openStore } from '../../../runtime/src/store/open-store.ts'
import type { Store } from '../../../runtime/src/store/store.ts'

function event(change: Partial<AuditEvent & { at: Date }> = {}) {
  return {
    workspaceId: 'w',
    actor: 'user:1',
    action: 'tool.called',
    target: 'acme/notes:note',
    outcome: 'ok',
    requestId: 'r',
    at: new Date('2026-11-21T10:00:00.000Z'),
    ...change,
  } as const
}

/** What both dialects promise about the audit table. */
export function keepsAnAppendOnlyAudit(makeUrl: () => Promise<string>): void {
  let url = ''
  let store: Store
  beforeEach(async () => {
    url = await makeUrl()
    store = await openStore({ url })
  })
  afterEach(() => store[Symbol.asyncDispose]())

  it('numbers events of concurrent writers without a gap', async () => {
    const other = store.dialect === 'sqlite' ? store : await openStore({ url })
    const batch = Array.from({ length: 7 }, () => event())
    await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 ? store : other).audit.append(batch)))
    const found = await store.audit.find({ workspaceId: undefined, limit: 1000 })
    expect(found.map((record) => record.sequence)).toEqual(Array.from({ length: 140 }, (_, index) => 140 - index))
    if (other !== store) await other[Symbol.asyncDispose]()
  })

  it('takes more events at once than one statement holds', async () => {
    await store.audit.append(Array.from({ length: 1201 }, () => event()))
    expect((await store.audit.find({ workspaceId: 'w', limit: 1 }))[0]?.sequence).toBe(1201)
  })

  it('keeps events as they were, newest first, with a bound', async () => {
    await store.audit.append([
      event({ details: { ms: 12, cached: false, era: 'modern' } }),
      event({ workspaceId: undefined }),
    ])
    expect(await store.audit.find({ workspaceId: undefined, limit: 10 })).toEqual([
      { ...event({ workspaceId: undefined }), sequence: 2 },
      { ...event(), sequence: 1, details: { ms: 12, cached: false, era: 'modern' } },
    ])
    expect(await store.audit.find({ workspaceId: 'w', limit: 10 })).toHaveLength(1)
    expect(await store.audit.find({ workspaceId: undefined, limit: 1 })).toHaveLength(1)
    await store.audit.append([])
  })

  it('finds events by each of their members', async () => {
    const early = event({ at: new Date('2026-11-21T09:00:00Z'), action: 'user.signed-in', requestId: 'x' })
    await store.audit.append([early, event({ actor: 'user:2', outcome: 'denied', target: 'acme/notes:drop' })])
    const sequences = async (query: Partial<Parameters<Store['audit']['find']>[0]>) =>
      (await store.audit.find({ workspaceId: 'w', limit: 10, ...query })).map((record) => record.sequence)
    expect(await sequences({ action: 'user.signed-in' })).toEqual([1])
    expect(await sequences({ actor: 'user:2' })).toEqual([2])
    expect(await sequences({ outcome: 'denied' })).toEqual([2])
    expect(await sequences({ target: 'acme/notes:drop' })).toEqual([2])
    expect(await sequences({ requestId: 'x' })).toEqual([1])
    expect(await sequences({ since: new Date('2026-11-21T10:00:00Z') })).toEqual([2])
    expect(await sequences({ until: new Date('2026-11-21T10:00:00Z') })).toEqual([1])
    expect(await sequences({ before: 2 })).toEqual([1])
    expect(await sequences({ actor: `' OR 1=1 --` })).toEqual([])
  })

  it('refuses to change, replace or remove an event', async () => {
    await store.audit.append([event()])
    await using opened = await openDatabase({ url, entities: storeEntities, migrations: storeMigrations })
    const statements = [`UPDATE audit_event SET actor = 'nobody'`, 'DELETE FROM audit_event']
    statements.push(
      opened.dialect === 'postgres'
        ? 'TRUNCATE audit_event'
        : `INSERT OR REPLACE INTO audit_event (sequence, at, actor, action, target, outcome, request_id)
           VALUES (1, '', '', '', '', '', '')`,
    )
    for (const statement of statements) {
      await expect(opened.dataSource.query(statement)).rejects.toThrow('audit_event is append-only')
    }
    expect(await store.audit.find({ workspaceId: 'w', limit: 10 })).toHaveLength(1)
  })
}
