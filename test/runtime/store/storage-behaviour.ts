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

  it('counts bytes of keys and values exactly, and 32 for each key', async () => {
    await set('ü', '"€"')
    expect(await store.pluginStorage.bytes(id)).toBe(2 + 5 + 32)
    await set('ü', '1')
    expect(await store.pluginStorage.bytes(id)).toBe(3 + 32)
    expect(await store.pluginStorage.delete(id, 'ü')).toBe(true)
    expect(await store.pluginStorage.delete(id, 'ü')).toBe(false)
    expect(await store.pluginStorage.bytes(id)).toBe(0)
  })

  it('keeps the old value when a new one would pass the quota', async () => {
    await set('k', 'x'.repeat(67))
    await expect(set('k', 'x'.repeat(68))).rejects.toMatchObject({
      code: 'STORE_QUOTA',
      details: { quotaBytes: 100, totalBytes: 101 },
    })
    await expect(set('l', '')).rejects.toMatchObject({ code: 'STORE_QUOTA' })
    expect(await store.pluginStorage.get(id, 'k')).toBe('x'.repeat(67))
    expect(await store.pluginStorage.bytes(id)).toBe(100)
  })

  it('never passes the quota, whatever several nodes write at once', async () => {
    const other = store.dialect === 'sqlite' ? store : await openStore({ url })
    const writes = Array.from({ length: 24 }, (_, index) =>
      set(`k${index % 12}`, 'x'.repeat(17 + (index % 3)), 200, index % 2 ? store : other),
    )
    const results = await Promise.allSettled(writes)
    const refused = results.filter((result) => result.status === 'rejected')
    expect(refused.length).toBeGreaterThan(0)
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'STORE_QUOTA' })
    const keys = await store.pluginStorage.list(id, '', '', 100)
    let total = 0
    for (const key of keys) total += 32 + key.length + ((await store.pluginStorage.get(id, key))?.length ?? 0)
    expect(await store.pluginStorage.bytes(id)).toBe(total)
    expect(total).toBeLessThanOrEqual(200)
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

  const compareAndSet = (key: string, expected: number | undefined, value: string | undefined, on = store) =>
    on.pluginStorage.compareAndSet(workspaceId, id, key, expected, value, 1000)

  it('sets only what nobody else has set in between', async () => {
    expect(await store.pluginStorage.getVersioned(id, 'k')).toBeUndefined()
    expect(await compareAndSet('k', 1, 'x')).toBe(false)
    expect(await compareAndSet('k', undefined, 'one')).toBe(true)
    expect(await compareAndSet('k', undefined, 'two')).toBe(false)
    const first = await store.pluginStorage.getVersioned(id, 'k')
    expect(first).toMatchObject({ value: 'one', version: expect.any(Number) })
    await set('k', 'one', 1000)
    expect(await compareAndSet('k', first?.version, 'three')).toBe(false)
    const second = await store.pluginStorage.getVersioned(id, 'k')
    expect(await compareAndSet('k', second?.version, 'three')).toBe(true)
    expect(await store.pluginStorage.get(id, 'k')).toBe('three')
  })

  it('removes by compare and set, and counts what became free', async () => {
    await set('k', 'one', 1000)
    const found = await store.pluginStorage.getVersioned(id, 'k')
    expect(await compareAndSet('k', (found?.version ?? 0) + 1, undefined)).toBe(false)
    expect(await compareAndSet('k', found?.version, undefined)).toBe(true)
    expect(await store.pluginStorage.get(id, 'k')).toBeUndefined()
    expect(await store.pluginStorage.bytes(id)).toBe(0)
    expect(await compareAndSet('k', undefined, undefined)).toBe(true)
  })

  it('never gives a version twice, neither after a removal nor after everything was cleared', async () => {
    const seen = new Set<number | undefined>()
    for (const forget of [
      () => store.pluginStorage.delete(id, 'k'),
      () => store.pluginStorage.clear(id),
      () => compareAndSet('k', undefined, undefined),
    ]) {
      await set('k', 'same', 1000)
      seen.add((await store.pluginStorage.getVersioned(id, 'k'))?.version)
      await forget()
    }
    expect(seen.size).toBe(3)
  })

  it('lets exactly one of many win, on one node and on two', async () => {
    const other = store.dialect === 'sqlite' ? store : await openStore({ url })
    const tries = Array.from({ length: 16 }, (_, index) =>
      compareAndSet('k', undefined, String(index), index % 2 ? store : other),
    )
    const won = (await Promise.all(tries)).flatMap((result, index) => (result ? [String(index)] : []))
    expect(won).toHaveLength(1)
    expect(await store.pluginStorage.get(id, 'k')).toBe(won[0])
    if (other !== store) await other[Symbol.asyncDispose]()
  })

  it('holds the quota in compare and set, and writes nothing then', async () => {
    await expect(compareAndSet('k', undefined, 'x'.repeat(1000))).rejects.toMatchObject({ code: 'STORE_QUOTA' })
    expect(await store.pluginStorage.getVersioned(id, 'k')).toBeUndefined()
    expect(await store.pluginStorage.bytes(id)).toBe(0)
  })

  it('keeps keys exactly as they are, whatever they look like to others', async () => {
    const keys = [
      '__proto__',
      'constructor',
      'e\u0301',
      '\u00e9',
      'K',
      'k',
      '\u212a',
      ' k',
      'k ',
      'x'.repeat(512),
      '\ufeff',
      '%',
      "'",
    ]
    for (const [index, key] of keys.entries()) await set(key, String(index), 10_000)
    for (const [index, key] of keys.entries()) expect(await store.pluginStorage.get(id, key)).toBe(String(index))
    expect(await store.pluginStorage.list(id, '', '', 100)).toHaveLength(keys.length)
  })

  it('refuses to write for an installation that is not there', async () => {
    await expect(store.pluginStorage.set(workspaceId, 'nobody', 'k', '1', 100)).rejects.toMatchObject({
      code: 'STORE_REFERENCE',
    })
  })

  it('reads outside of the transaction of others', async () => {
    await set('k', 'before', 1000)
    const written = set('k', 'after', 1000)
    const reads = await Promise.all(Array.from({ length: 8 }, () => store.pluginStorage.get(id, 'k')))
    await written
    for (const value of reads) expect(['before', 'after']).toContain(value)
    await expect(set('k', 'x'.repeat(2000), 1000)).rejects.toMatchObject({ code: 'STORE_QUOTA' })
    expect(await store.pluginStorage.get(id, 'k')).toBe('after')
  })
}
