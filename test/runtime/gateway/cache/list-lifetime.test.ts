import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createListLifetime } from '../../../../runtime/src/gateway/cache/list-lifetime.ts'
import { loadCatalog } from '../../../../runtime/src/gateway/upstream/load-catalog.ts'
import { KeptLists } from '../../../../runtime/src/gateway/upstream/kept-lists.ts'
import type { Connection } from '../../../../runtime/src/gateway/upstream/connection.ts'
import { RpcResult } from '../../../../runtime/src/gateway/wire/rpc-result.ts'

const lists = (...ttls: readonly (number | string | undefined)[]): number | undefined => {
  const lifetime = createListLifetime({ tools: { listChanged: true }, prompts: {} })
  for (const [index, ttlMs] of ttls.entries()) {
    const method = index === 0 ? 'tools/list' : 'prompts/list'
    lifetime.note(method, RpcResult.of(ttlMs === undefined ? {} : { ttlMs }))
  }
  return lifetime.ttlMs()
}

describe('lists of a server [G7]', () => {
  it.each([
    ['the shortest time counts', [60_000, 90_000], 60_000],
    ['no time: until a change is announced', [undefined, undefined], undefined],
    ['0 of a server that announces changes', [0, undefined], undefined],
    ['0 of one that does not: every few seconds', [undefined, 0], 5_000],
    ['a short time is no invitation to ask without end', [10], 5_000],
    ['a long time has an end', [10 ** 12], 86_400_000],
    ['nonsense', ['soon', -1], undefined],
  ])('are kept: %s', (_what, ttls, kept) => {
    expect(lists(...ttls)).toBe(kept)
  })

  it('carry their time in the catalog', async () => {
    const hello = { serverInfo: { name: 's', version: '1' }, capabilities: { tools: {} } }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what the lists need of a greeting
    const catalog = await loadCatalog(hello as never, () => Promise.resolve(RpcResult.of({ tools: [], ttlMs: 7_000 })))
    expect(catalog.ttlMs).toBe(7_000)
  })
})

describe('lists that are out of date [G7]', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('are read again when somebody asks for them, and told when they differ', async () => {
    let name = 'old'
    let asked = 0
    const told: string[] = []
    const connection = {
      hello: { serverInfo: { name: 's', version: '1' }, capabilities: { tools: {} } },
      request: () => {
        asked += 1
        return Promise.resolve(RpcResult.of({ tools: [{ name }], ttlMs: 6_000 }))
      },
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a connection that only lists tools
    } as unknown as Connection
    using kept = new KeptLists({
      current: () => connection,
      stop: new AbortController().signal,
      tell: ({ kind }) => void told.push(kind),
      loaded: () => undefined,
      failed: () => undefined,
    })
    await kept.load(connection)
    name = 'new'
    await vi.advanceTimersByTimeAsync(5_000)
    kept.known()
    await vi.advanceTimersByTimeAsync(500)
    expect(asked).toBe(1)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(kept.known()?.tools).toEqual([{ name: 'old' }])
    await vi.advanceTimersByTimeAsync(500)
    expect(asked).toBe(2)
    expect(told).toEqual(['tools'])
    expect(kept.known()?.tools).toEqual([{ name: 'new' }])
  })
})
