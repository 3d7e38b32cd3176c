import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openStore } from '../../../runtime/src/store/open-store.ts'
import type { Store } from '../../../runtime/src/store/store.ts'
import type { UpdateOfferRow, UpdateSettingRow, VersionChangeRow } from '../../../runtime/src/store/update.ts'
import { addInstallation, addWorkspace } from './rows.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 10, 21, 10, minute))

/** What both dialects promise about updates of installations. */
export function keepsUpdates(makeUrl: () => Promise<string>): void {
  let store: Store
  let workspaceId = ''
  let installationId = ''
  beforeEach(async () => {
    store = await openStore({ url: await makeUrl() })
    workspaceId = (await addWorkspace(store)).id
    installationId = (await addInstallation(store, workspaceId)).id
  })
  afterEach(() => store[Symbol.asyncDispose]())

  const setting = (change: Partial<UpdateSettingRow> = {}): UpdateSettingRow => ({
    installationId,
    workspaceId,
    mode: 'patch',
    channel: undefined,
    pinned: false,
    window: { cron: '0 3 * * *', minutes: 60, timeZone: 'Europe/Berlin' },
    checkedAt: undefined,
    updatedAt: at(0),
    ...change,
  })
  const offer = (change: Partial<UpdateOfferRow> = {}): UpdateOfferRow => ({
    installationId,
    workspaceId,
    version: '1.3.0',
    bundleDigest: 'sha512:01',
    state: 'waiting',
    reasons: ['CONSENT'],
    consentDigest: undefined,
    config: {},
    approvedBy: undefined,
    approvedByName: undefined,
    notBefore: undefined,
    problem: undefined,
    foundAt: at(0),
    updatedAt: at(0),
    ...change,
  })
  const change = (more: Partial<VersionChangeRow> = {}): VersionChangeRow => ({
    id: randomUUID(),
    installationId,
    workspaceId,
    version: '1.3.0',
    bundleDigest: 'sha512:01',
    before: undefined,
    origin: 'manual',
    by: 'user:1',
    byName: 'Ada',
    outcome: 'probation',
    code: undefined,
    message: undefined,
    at: at(1),
    endedAt: undefined,
    ...more,
  })

  it('keeps how an installation comes by updates, and lists those that look by themselves', async () => {
    await store.updates.putSetting(setting())
    expect(await store.updates.setting(installationId)).toEqual(setting())
    expect(await store.updates.automatic()).toHaveLength(1)
    await store.updates.putSetting(setting({ pinned: true, window: undefined }))
    expect(await store.updates.setting(installationId)).toEqual(setting({ pinned: true, window: undefined }))
    expect(await store.updates.automatic()).toEqual([])
    await store.updates.putSetting(setting({ mode: 'off' }))
    expect(await store.updates.automatic()).toEqual([])
  })

  it('gives the work of looking to one of many, once in a while', async () => {
    await store.updates.putSetting(setting())
    const claims = await Promise.all(
      Array.from({ length: 5 }, () => store.updates.claimCheck(installationId, at(10), at(9))),
    )
    expect(claims.filter(Boolean)).toHaveLength(1)
    expect(await store.updates.claimCheck(installationId, at(12), at(9))).toBe(false)
    expect(await store.updates.claimCheck(installationId, at(20), at(15))).toBe(true)
  })

  it('keeps one offer of an installation and moves it on only from where it was seen', async () => {
    await store.updates.putOffer(offer())
    await store.updates.putOffer(offer({ version: '1.4.0' }))
    expect(await store.updates.offers(workspaceId)).toEqual([offer({ version: '1.4.0' })])
    expect(await store.updates.moveOffer(offer(), { state: 'approved' })).toBe(false)
    const seen = offer({ version: '1.4.0' })
    expect(await store.updates.moveOffer(seen, { state: 'approved', notBefore: at(30) })).toBe(true)
    expect(await store.updates.moveOffer(seen, { state: 'approved' })).toBe(false)
    expect(await store.updates.dueOffers(at(29))).toEqual([])
    expect(await store.updates.dueOffers(at(30))).toHaveLength(1)
    await store.updates.moveOffer({ ...seen, state: 'approved' }, { state: 'applying', updatedAt: at(31) })
    expect(await store.updates.abandonedOffers(at(30))).toEqual([])
    expect(await store.updates.abandonedOffers(at(31))).toHaveLength(1)
    await store.updates.removeOffer(installationId)
    expect(await store.updates.offer(installationId)).toBeUndefined()
  })

  it('remembers each change, and which of them never ended', async () => {
    const first = change({ outcome: 'kept', endedAt: at(2), origin: 'install' })
    const { manifest, config, grants, profile, version, bundleDigest } = await addInstallation(store, workspaceId, {
      label: 'second',
    })
    const second = change({ at: at(3), before: { manifest, config, grants, profile, version, bundleDigest } })
    await store.updates.begin(first)
    await store.updates.begin(second)
    expect(await store.updates.history(installationId, 10)).toEqual([second, first])
    expect(await store.updates.unfinished()).toEqual([second])
    const ended = { outcome: 'rolled-back', code: 'PLUGIN_SWAP_FAILED', message: 'No.', endedAt: at(4) } as const
    await store.updates.end(second.id, ended)
    expect(await store.updates.unfinished()).toEqual([])
    expect((await store.updates.history(installationId, 1))[0]).toEqual({ ...second, ...ended })
    await store.updates.forget([first.id])
    expect(await store.updates.history(installationId, 10)).toHaveLength(1)
  })

  it('keeps what a workspace demands, and forgets with the installation', async () => {
    expect(await store.updates.policy(workspaceId)).toBeUndefined()
    await store.updates.putPolicy({ workspaceId, secondApprover: true, updatedAt: at(0) })
    await store.updates.putPolicy({ workspaceId, secondApprover: false, updatedAt: at(1) })
    expect(await store.updates.policy(workspaceId)).toMatchObject({ secondApprover: false })
    await store.updates.putSetting(setting())
    await store.updates.putOffer(offer())
    await store.updates.begin(change())
    await store.installations.remove(installationId)
    expect(await store.updates.setting(installationId)).toBeUndefined()
    expect(await store.updates.offers(workspaceId)).toEqual([])
    expect(await store.updates.unfinished()).toEqual([])
  })
}
