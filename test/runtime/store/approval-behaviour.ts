import { expect, it } from 'vitest'
import { openStore } from '../../../runtime/src/store/index.ts'
import { approvalRow, later } from './approval-row.ts'
import { addWorkspace } from './rows.ts'

const decision = (state: 'approved' | 'denied') =>
  ({ state, now: later(1), expiresAt: later(20), decidedBy: 'user:2', decidedByName: 'Bob', note: 'fine' }) as const

/** What both dialects promise of approvals. */
export function keepsApprovals(makeUrl: () => Promise<string>): void {
  const begin = async () => {
    const store = await openStore({ url: await makeUrl() })
    const { id } = await addWorkspace(store)
    const first = await store.approvals.open(approvalRow(id, `a-${id}`))
    return { store, workspaceId: id, first, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
  }

  it('keeps one open approval of identical calls', async () => {
    await using begun = await begin()
    const { store, workspaceId, first } = begun
    const again = await store.approvals.open(approvalRow(workspaceId, `b-${workspaceId}`, { openKey: first.openKey }))
    expect(again).toEqual(first)
    expect(await store.approvals.pending(workspaceId)).toEqual([first])
  })

  it('tells what waits apart from what was decided, and bounds the latter', async () => {
    await using begun = await begin()
    const { store, workspaceId, first } = begun
    for (const id of ['x', 'y', 'z']) {
      await store.approvals.open(approvalRow(workspaceId, id))
      await store.approvals.decide(id, { ...decision('denied'), now: later(id === 'y' ? 3 : 2) })
    }
    expect((await store.approvals.pending(workspaceId)).map(({ id }) => id)).toEqual([first.id])
    expect((await store.approvals.decided(workspaceId, 2)).map(({ id }) => id)).toEqual(['y', 'x'])
  })

  it('lets one of many decide, and one of many use', async () => {
    await using begun = await begin()
    const { store, first } = begun
    const { id } = first
    expect(await store.approvals.consume(id, later(1), later(30))).toBe(false)
    const decided = await Promise.all(
      (['approved', 'denied', 'approved'] as const).map((state) => store.approvals.decide(id, decision(state))),
    )
    expect(decided.filter(Boolean)).toHaveLength(1)
    if (decided[1] === true) return
    const used = await Promise.all([1, 2, 3].map(() => store.approvals.consume(id, later(2), later(30))))
    expect(used.filter(Boolean)).toHaveLength(1)
    expect(await store.approvals.get(id)).toMatchObject({ state: 'used', note: 'fine', decidedByName: 'Bob' })
    expect((await store.approvals.get(id))?.openKey).toBeUndefined()
    const rounds = await Promise.all([1, 2].map(() => store.approvals.advance(id, 0)))
    expect(rounds.filter(Boolean)).toHaveLength(1)
    expect(await store.approvals.advance(id, 1)).toBe(true)
  })

  it('takes neither decision nor use after the end', async () => {
    await using begun = await begin()
    const { store, first } = begun
    const { id } = first
    expect(await store.approvals.decide(id, { ...decision('approved'), now: later(10) })).toBe(false)
    expect(await store.approvals.decide(id, decision('approved'))).toBe(true)
    expect(await store.approvals.consume(id, later(20), later(30))).toBe(false)
  })

  it('hands what expired to one of those who sweep', async () => {
    await using begun = await begin()
    const { store, first } = begun
    expect((await store.approvals.takeExpired(later(9))).filter(({ id }) => id === first.id)).toEqual([])
    const swept = (await Promise.all([1, 2].map(() => store.approvals.takeExpired(later(10))))).flat()
    expect(swept.filter(({ id }) => id === first.id)).toEqual([first])
    expect(await store.approvals.get(first.id)).toBeUndefined()
  })
}
