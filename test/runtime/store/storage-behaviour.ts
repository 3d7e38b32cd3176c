import { afterEach, beforeEach, expect, it } from 'vitest'
import { openStore } from '../../../runtime/src/store/open-store.ts'
import type { Store } from '../../../runtime/src/store/store.ts'
import { addInstallation, addWorkspace } from './rows.ts'

/** What both dialects promise about plugins' storage. */
export function keepsPluginStorage(makeUrl: () => Promise<string>): void {
  let url = ''
  let store: Store
  let workspaceId = ''
  let id = ''
  beforeEach(async () => {
    url = await makeUrl()
    store = await openStore({ url })
    workspaceId = (await addWorkspace(store)).id
    id = (await addInstallation(store, workspaceId)).id
  })
  afterEach(() => store[Symbol.asyncDispose]())

  const set = (key: string, value: string, quota = 100, on = store) =>
    on.pluginStorage.set(workspaceId, id, key, value, quota)

  it('counts bytes of keys and values exactly', async () => {
    await set('ü', '"€"')
    expect(await store.pluginStorage.bytes(id)).toBe(2 + 5)
    await set('ü', '1')
    expect(await store.pluginStorage.bytes(id)).toBe(3)
    expect(await store.pluginStorage.delete(id, 'ü')).toBe(true)
    expect(await store.pluginStorage.delete(id, 'ü')).toBe(false)
    expect(await store.pluginStorage.bytes(id)).toBe(0)
  })

  it('keeps the old value when a new one would pass the quota', async () => {
    await set('k', 'x'.repeat(99))
    await expect(set('k', 'x'.repeat(100))).rejects.toMatchObject({
      code: 'STORE_QUOTA',
      details: { quotaBytes: 100, totalBytes: 101 },
    })
    await expect(set('l', '')).rejects.toMatchObject({ code: 'STORE_QUOTA' })
    expect(await store.pluginStorage.get(id, 'k')).toBe('x'.repeat(99))
    expect(await store.pluginStorage.bytes(id)).toBe(100)
  })

  it('never passes the quota, whatever several nodes write at once', async () => {
    const other = store.dialect === 'sqlite' ? store : await openStore({ url })
    const writes = Array.from({ length: 24 }, (_, index) =>
      set(`k${index % 12}`, 'x'.repeat(17 + (index % 3)), 100, index % 2 ? store : other),
    )
    const results = await Promise.allSettled(writes)
    const refused = results.filter((result) => result.status === 'rejected')
    expect(refused.length).toBeGreaterThan(0)
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'STORE_QUOTA' })
    const keys = await store.pluginStorage.list(id, '', '', 100)
    let total = 0
    for (const key of keys) total += key.length + ((await store.pluginStorage.get(id, key))?.length ?? 0)
    expect(await store.pluginStorage.bytes(id)).toBe(total)
    expect(total).toBeLessThanOrEqual(100)
    if (other !== store) await other[Symbol.asyncDispose]()
  })

  it('lists keys in code-point order after a key, by prefix, up to a limit', async () => {
    const keys = ['a', 'B', 'ab', 'a%', 'a_', 'A', 'é', '😀', '\u{ffee}']
    for (const key of keys) await set(key, '1', 1000)
    const sorted = ['A', 'B', 'a', 'a%', 'a_', 'ab', 'é', '\u{ffee}', '😀']
    expect(await store.pluginStorage.list(id, '', '', 100)).toEqual(sorted)
    expect(await store.pluginStorage.list(id, 'a', 'a', 2)).toEqual(['a%', 'a_'])
    expect(await store.pluginStorage.list(id, 'a%', '', 100)).toEqual(['a%'])
    expect(await store.pluginStorage.list(id, '😀', '', 100)).toEqual(['😀'])
    expect(await store.pluginStorage.list(id, '', 'ab', 1)).toEqual(['é'])
  })

  it('keeps installations apart and forgets with the installation', async () => {
    const other = await addInstallation(store, workspaceId)
    await set('k', 'mine')
    expect(await store.pluginStorage.get(other.id, 'k')).toBeUndefined()
    await store.pluginStorage.clear(other.id)
    expect(await store.pluginStorage.get(id, 'k')).toBe('mine')
    await store.installations.remove(id)
    expect(await store.pluginStorage.get(id, 'k')).toBeUndefined()
    expect(await store.pluginStorage.bytes(id)).toBe(0)
  })

  it('refuses keys that one of the databases could not keep', async () => {
    for (const key of ['', 'a\0b', '\ud800', 'x'.repeat(513)]) {
      await expect(set(key, '1')).rejects.toMatchObject({ code: 'STORE_KEY_INVALID' })
    }
  })
}
