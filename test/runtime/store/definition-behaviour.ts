import { expect, it } from 'vitest'
import type { CachedResultRow } from '../../../runtime/src/store/cached-result.ts'
import type { DefinitionRow } from '../../../runtime/src/store/definition.ts'
import { openStore } from '../../../runtime/src/store/index.ts'

const at = new Date('2026-11-21T12:00:00.000Z')
const key = { upstreamId: 'u', kind: 'tool', name: 'echo' } as const

const row: DefinitionRow = {
  ...key,
  workspaceId: 'w',
  installationId: 'i',
  pluginId: 'acme/echo',
  label: 'echo',
  approved: '{"name":"echo"}',
  approvedDigest: 'sha256:a',
  approvedAt: at,
  approvedBy: 'install',
  held: undefined,
  heldDigest: undefined,
  heldAt: undefined,
  flags: [],
  rejectedAt: undefined,
  rejectedBy: undefined,
  absentSince: undefined,
}

const held = {
  held: '{"name":"echo","title":"Echo"}',
  heldDigest: 'sha256:b',
  heldAt: at,
  flags: [{ code: 'HIDDEN_CHARACTERS', path: '/title', found: 'U+200B' }],
}

export function keepsDefinitions(makeUrl: () => Promise<string>): void {
  it('agrees to a held definition only while it is the one that was shown', async () => {
    await using store = await openStore({ url: await makeUrl() })
    const { definitions } = store
    await definitions.insertMissing([row])
    await definitions.insertMissing([{ ...row, approved: '{}' }])
    expect(await definitions.get(key)).toEqual(row)
    expect(await definitions.hold(key, held)).toBe(true)
    expect(await definitions.hold(key, held)).toBe(false)
    expect(await definitions.heldOf('w')).toEqual([{ ...row, ...held }])
    expect(await definitions.countWaiting('w')).toBe(1)
    expect(await definitions.approve(key, 'sha256:other', 'user:ada', at)).toBe(false)
    const both = await Promise.all([1, 2].map(() => definitions.approve(key, 'sha256:b', 'user:ada', at)))
    expect(both.filter(Boolean)).toHaveLength(1)
    expect(await definitions.get(key)).toEqual({
      ...row,
      approved: held.held,
      approvedDigest: 'sha256:b',
      approvedBy: 'user:ada',
    })
    expect(await definitions.heldOf('w')).toEqual([])
  })

  it('keeps a rejection until something else is held, and forgets an installation', async () => {
    await using store = await openStore({ url: await makeUrl() })
    const { definitions } = store
    await definitions.insertMissing([row])
    await definitions.hold(key, held)
    expect(await definitions.reject(key, 'sha256:b', 'user:ada', at)).toBe(true)
    expect(await definitions.reject(key, 'sha256:b', 'user:ada', at)).toBe(false)
    expect(await definitions.countWaiting('w')).toBe(0)
    expect(await definitions.hold(key, held)).toBe(false)
    expect((await definitions.get(key))?.rejectedBy).toBe('user:ada')
    expect(await definitions.hold(key, { ...held, heldDigest: 'sha256:c' })).toBe(true)
    expect((await definitions.get(key))?.rejectedBy).toBeUndefined()
    expect(await definitions.release(key)).toBe(true)
    expect(await definitions.release(key)).toBe(false)
    expect(await definitions.setAbsent(key, at)).toBe(true)
    expect(await definitions.setAbsent(key, at)).toBe(false)
    expect(await definitions.setAbsent(key, undefined)).toBe(true)
    await definitions.putSetting({ installationId: 'i', workspaceId: 'w', approval: 'hold', served: 'old' })
    await definitions.putSetting({ installationId: 'i', workspaceId: 'w', approval: 'auto', served: 'withdrawn' })
    expect(await definitions.settings('w')).toEqual([
      { installationId: 'i', workspaceId: 'w', approval: 'auto', served: 'withdrawn' },
    ])
    await definitions.clear('i')
    expect(await definitions.ofUpstream('u')).toEqual([])
    expect(await definitions.setting('i')).toBeUndefined()
  })

  it('tells other nodes by a mark that something changed', async () => {
    await using store = await openStore({ url: await makeUrl() })
    await store.roomMarks.put({ room: 'drift', workspaceId: 'w', mark: '1' })
    await store.roomMarks.put({ room: 'drift', workspaceId: 'w', mark: '2' })
    expect(await store.roomMarks.list('drift')).toEqual([{ room: 'drift', workspaceId: 'w', mark: '2' }])
    expect(await store.roomMarks.list('cache')).toEqual([])
  })
}

function cached(id: string, change: Partial<CachedResultRow> = {}): CachedResultRow {
  const expiresAt = new Date(at.getTime() + 1000)
  const rest = { workspaceId: 'w', installationId: 'i', upstreamId: 'u', name: 'n', value: '{}', bytes: 2 }
  return { id, ...rest, kind: 'tool', storedAt: at, expiresAt, ...change }
}

export function keepsResults(makeUrl: () => Promise<string>): void {
  it('answers no result that has expired, and keeps to its bound', async () => {
    await using store = await openStore({ url: await makeUrl() })
    const { cachedResults } = store
    await cachedResults.put(cached('a'))
    await cachedResults.put(cached('a', { value: '{"n":1}' }))
    expect((await cachedResults.get('a', at))?.value).toBe('{"n":1}')
    expect(await cachedResults.get('a', new Date(at.getTime() + 1000))).toBeUndefined()
    for (const age of [2, 3, 4, 5]) {
      await cachedResults.put(cached(`k${age}`, { expiresAt: new Date(at.getTime() + age * 1000) }))
    }
    expect(await cachedResults.sweep(new Date(at.getTime() + 1500), 2)).toBe(3)
    expect(await cachedResults.get('k3', at)).toBeUndefined()
    expect(await cachedResults.get('k5', at)).toBeDefined()
    expect(await cachedResults.remove({ upstreamId: 'u', kind: 'tool', name: 'other' })).toBe(0)
    expect(await cachedResults.remove({ upstreamId: 'u' })).toBe(2)
  })

  it('keeps which tools may be answered again', async () => {
    await using store = await openStore({ url: await makeUrl() })
    const { cachedResults } = store
    const setting = { installationId: 'i', tool: 't', workspaceId: 'w', ttlMs: 1000, forced: false, updatedAt: at }
    await cachedResults.putSetting({ ...setting, scope: 'public', updatedBy: 'user:ada' })
    await cachedResults.putSetting({ ...setting, scope: 'private', updatedBy: 'user:ada' })
    expect(await cachedResults.settings('w')).toEqual([{ ...setting, scope: 'private', updatedBy: 'user:ada' }])
    expect(await cachedResults.removeSetting('i', 't')).toBe(true)
    expect(await cachedResults.removeSetting('i', 't')).toBe(false)
  })
}
