import fc from 'fast-check'
import type { JsonObject } from '@nexus/plugin-api'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ResultCache } from '../../../../runtime/src/gateway/cache/index.ts'
import type { Call } from '../../../../runtime/src/gateway/call.ts'
import type { UpstreamRequest } from '../../../../runtime/src/gateway/upstream/upstream.ts'
import { createUpstreamTable } from '../../../../runtime/src/gateway/upstream/table.ts'
import { RpcResult } from '../../../../runtime/src/gateway/wire/rpc-result.ts'
import { openStore } from '../../../../runtime/src/store/open-store.ts'
import type { Store } from '../../../../runtime/src/store/store.ts'
import { principal, WORKSPACE } from '../harness.ts'
import { type ScriptedUpstream, scriptedUpstream } from '../scripted-upstream.ts'

let store: Store
let cache: ResultCache
let upstream: ScriptedUpstream
const table = createUpstreamTable()
let registration: Disposable
beforeEach(async () => {
  store = await openStore({ url: 'sqlite::memory:' })
  cache = new ResultCache({ store, upstreams: table, marksMs: 20 })
  upstream = scriptedUpstream('files')
  registration = table.add(upstream)
})
afterEach(async () => {
  registration[Symbol.dispose]()
  await cache.idle()
  cache[Symbol.dispose]()
  await store[Symbol.asyncDispose]()
})

let requests = 0
function callOf(
  who: string,
  params: JsonObject,
  method = 'resources/read',
  signal = new AbortController().signal,
): Call {
  return {
    era: 'modern',
    principal: principal(who),
    target: { virtualServer: undefined },
    requestId: `request-${(requests += 1)}`,
    method,
    params,
    client: { key: who, era: 'modern', capabilities: {}, info: undefined, logLevel: undefined },
    signal,
    notify: () => undefined,
    ask: undefined,
  }
}

const send = (call: Call): Promise<RpcResult> =>
  upstream.request({
    method: call.method,
    params: call.params,
    requestId: call.requestId,
    principal: call.principal,
    signal: call.signal,
  })

function read(who: string, uri = 'file:///a', through = cache, signal?: AbortSignal) {
  const params = { uri }
  return through.read(callOf(who, params, 'resources/read', signal), upstream, uri, params, send)
}

/** Says who asked, so that a test sees whose answer it got. */
const answerWith = (hints: JsonObject) =>
  upstream.answer(({ principal: { id }, params }) => ({
    contents: [{ uri: params?.['uri'] ?? '', text: id }],
    ...hints,
  }))
const readerOf = (result: RpcResult): unknown => {
  const contents = result.get('contents')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as `answerWith` made it
  return (contents as readonly { readonly text: string }[])[0]?.text
}

describe('a resource [G7]', () => {
  it('is read once for as long as its server says, for the same caller', async () => {
    answerWith({ ttlMs: 60_000, cacheScope: 'private' })
    expect(await read('alice')).toMatchObject({ cached: false })
    const again = await read('alice')
    expect(again.cached).toBe(true)
    expect(readerOf(again.result)).toBe('alice')
    const other = await read('bob')
    expect(other.cached).toBe(false)
    expect(readerOf(other.result)).toBe('bob')
    expect(upstream.asked).toHaveLength(2)
  })

  it('is shared where its server calls it public, with the time that is left', async () => {
    answerWith({ ttlMs: 60_000, cacheScope: 'public' })
    await read('alice')
    const { result, cached } = await read('bob')
    expect(cached).toBe(true)
    expect(readerOf(result)).toBe('alice')
    const left = result.get('ttlMs')
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThanOrEqual(60_000)
    expect(JSON.parse(result.pieces({}).map(String).join(''))).toMatchObject({ cacheScope: 'public' })
  })

  it.each([
    ['says nothing', {}],
    ['says no time', { ttlMs: 0, cacheScope: 'public' }],
    ['says nonsense', { ttlMs: 'long', cacheScope: 'public' }],
    ['asks for input', { ttlMs: 60_000, resultType: 'input_required' }],
  ])('is read each time when its server %s', async (_what, hints) => {
    answerWith(hints)
    await read('alice')
    expect(await read('alice')).toMatchObject({ cached: false })
    expect(upstream.asked).toHaveLength(2)
  })

  it('of a server that each user has to themselves is shared with nobody, whatever it calls itself', async () => {
    answerWith({ ttlMs: 60_000, cacheScope: 'public' })
    const own = { ...upstream, isPerUser: true }
    const of = (who: string) => {
      const params = { uri: 'file:///a' }
      return cache.read(callOf(who, params), own, params.uri, params, send)
    }
    const answers = [await of('alice'), await of('bob'), await of('alice')]
    expect(answers.map(({ cached, result }) => [cached, readerOf(result)])).toEqual([
      [false, 'alice'],
      [false, 'bob'],
      [true, 'alice'],
    ])
    await cache.idle()
    expect(await store.cachedResults.sweep(new Date(Date.now() + 120_000), 0)).toBe(0)
  })

  it('expires', async () => {
    answerWith({ ttlMs: 30, cacheScope: 'public' })
    await read('alice')
    await new Promise((resolve) => setTimeout(resolve, 40))
    expect(await read('alice')).toMatchObject({ cached: false })
  })

  it('is another one for other parameters, another era, and a further round of input', async () => {
    answerWith({ ttlMs: 60_000, cacheScope: 'public' })
    await read('alice')
    const params = { uri: 'file:///a', more: 1 }
    expect(await cache.read(callOf('alice', params), upstream, 'file:///a', params, send)).toMatchObject({
      cached: false,
    })
    const round = { uri: 'file:///a', inputResponses: {} }
    for (const _ of [1, 2]) {
      expect(await cache.read(callOf('alice', round), upstream, 'file:///a', round, send)).toMatchObject({
        cached: false,
      })
    }
    const old = callOf('alice', { uri: 'file:///a' })
    const legacy: Call = { ...old, client: { ...old.client, era: 'legacy' } }
    expect(await cache.read(legacy, upstream, 'file:///a', legacy.params, send)).toMatchObject({ cached: false })
    const way = { uri: 'file:///a', _meta: { progressToken: 7, traceparent: '00-1' } }
    expect(await cache.read(callOf('alice', way), upstream, 'file:///a', way, send)).toMatchObject({ cached: true })
  })

  it.each([
    ['it is told to have changed', () => upstream.tell({ kind: 'resource', uri: 'file:///a' })],
    ['the list has changed', () => upstream.tell({ kind: 'resources' })],
    ['its server starts again', () => upstream.enter('connecting')],
    ['its server was swapped', () => upstream.tell({ kind: 'state' })],
    [
      'its server went and came back',
      () => {
        registration[Symbol.dispose]()
        registration = table.add(upstream)
      },
    ],
    ['an admin clears it', () => cache.clear(WORKSPACE)],
  ])('is forgotten when %s', async (_what, change) => {
    answerWith({ ttlMs: 60_000, cacheScope: 'public' })
    upstream.enter('ready')
    await read('alice')
    change()
    expect(await read('alice')).toMatchObject({ cached: false })
  })

  it('stays when another one has changed', async () => {
    answerWith({ ttlMs: 60_000, cacheScope: 'public' })
    await read('alice')
    upstream.tell({ kind: 'resource', uri: 'file:///b' })
    upstream.tell({ kind: 'tools' })
    expect(await read('alice')).toMatchObject({ cached: true })
  })

  it('that was asked for before a change is not kept after it', async () => {
    const gate = Promise.withResolvers<undefined>()
    upstream.answer(async () => {
      await gate.promise
      return { contents: [{ text: 'old' }], ttlMs: 60_000, cacheScope: 'public' }
    })
    const early = read('alice')
    await vi.waitFor(() => expect(upstream.asked).toHaveLength(1))
    upstream.tell({ kind: 'resource', uri: 'file:///a' })
    const late = read('bob')
    await vi.waitFor(() => expect(upstream.asked).toHaveLength(2))
    gate.resolve(undefined)
    await Promise.all([early, late])
    upstream.answer(() => ({ contents: [{ text: 'new' }], ttlMs: 60_000, cacheScope: 'public' }))
    await cache.idle()
    cache.clear(WORKSPACE)
    expect(readerOf((await read('carol')).result)).toBe('new')
  })
})

describe('many who wait for the same [G7]', () => {
  /** Holds every request until the test lets it go. */
  function holding(hints: JsonObject) {
    const gate = Promise.withResolvers<undefined>()
    upstream.answer(async ({ principal: { id }, signal }: UpstreamRequest) => {
      await Promise.race([
        gate.promise,
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
      ])
      return { contents: [{ text: id }], ...hints }
    })
    return () => gate.resolve(undefined)
  }

  it('cost one request', async () => {
    const release = holding({ ttlMs: 60_000, cacheScope: 'public' })
    const waiting = Array.from({ length: 50 }, (_, index) => read(`caller-${index}`))
    await vi.waitFor(() => expect(upstream.asked).toHaveLength(1))
    release()
    const given = await Promise.all(waiting)
    expect(upstream.asked).toHaveLength(1)
    expect(given.filter(({ cached }) => !cached)).toHaveLength(1)
  })

  it('leave one by one without harm to the others, the first one included', async () => {
    const release = holding({ ttlMs: 60_000, cacheScope: 'public' })
    const leaving = new AbortController()
    const first = read('alice', 'file:///a', cache, leaving.signal)
    await vi.waitFor(() => expect(upstream.asked).toHaveLength(1))
    const second = read('bob')
    await new Promise((resolve) => setTimeout(resolve, 20))
    leaving.abort()
    await expect(first).rejects.toMatchObject({ code: 'CALL_CANCELLED' })
    expect(upstream.asked[0]?.signal.aborted).toBe(false)
    release()
    expect(await second).toMatchObject({ cached: true })
  })

  it('cancel the request when the last one has left', async () => {
    holding({})
    const leaving = new AbortController()
    const both = ['alice', 'bob'].map((who) => read(who, 'file:///a', cache, leaving.signal))
    await vi.waitFor(() => expect(upstream.asked).toHaveLength(1))
    await new Promise((resolve) => setTimeout(resolve, 20))
    leaving.abort()
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(upstream.asked[0]?.signal.aborted).toBe(true)
  })

  it('ask for themselves when the one request fails, or is private', async () => {
    let turn = 0
    upstream.answer(async ({ principal: { id } }) => {
      turn += 1
      await new Promise((resolve) => setTimeout(resolve, 20))
      if (turn === 1) throw new Error('not for you')
      return { contents: [{ text: id }], ttlMs: 60_000, cacheScope: 'private' }
    })
    const [alice, bob] = await Promise.allSettled([read('alice'), read('bob')])
    expect(alice.status).toBe('rejected')
    expect(bob.status === 'fulfilled' && readerOf(bob.value.result)).toBe('bob')
  })
})

describe('what is private [G7]', () => {
  it('never reaches another principal, whoever asks when and whatever servers say', async () => {
    const scopes = fc.constantFrom<JsonObject>(
      { ttlMs: 5_000, cacheScope: 'private' },
      { ttlMs: 5_000, cacheScope: 'public' },
      { ttlMs: 5_000 },
      {},
    )
    const people = fc.constantFrom('alice', 'bob', 'carol')
    const uris = fc.constantFrom('file:///1', 'file:///2')
    const reads = fc.array(fc.record({ who: people, uri: uris, delay: fc.nat(3), hints: scopes, gap: fc.nat(3) }), {
      minLength: 2,
      maxLength: 16,
    })
    await fc.assert(
      fc.asyncProperty(reads, async (plan) => {
        cache.clear(WORKSPACE)
        upstream.tell({ kind: 'resources' })
        const waiting: Promise<void>[] = []
        for (const { who, uri, delay, hints, gap } of plan) {
          const params = { uri }
          const answer = async (call: Call): Promise<RpcResult> => {
            await new Promise((resolve) => setTimeout(resolve, delay))
            return RpcResult.of({ contents: [{ text: call.principal.id }], ...hints })
          }
          waiting.push(
            cache.read(callOf(who, params), upstream, uri, params, answer).then(({ result }) => {
              if (result.get('cacheScope') !== 'public') expect(readerOf(result)).toBe(who)
            }),
          )
          if (gap > 1) await new Promise((resolve) => setTimeout(resolve, gap))
        }
        await Promise.all(waiting)
      }),
      { numRuns: 60 },
    )
  })

  it('is never written to the store', async () => {
    answerWith({ ttlMs: 60_000, cacheScope: 'private' })
    await read('alice')
    await cache.idle()
    expect(await store.cachedResults.remove({ workspaceId: WORKSPACE })).toBe(0)
  })
})

describe('the store behind the memory [G7]', () => {
  it('answers after a restart and on another node, and hears what is forgotten there', async () => {
    answerWith({ ttlMs: 60_000, cacheScope: 'public' })
    await read('alice')
    await cache.idle()
    using second = new ResultCache({ store, upstreams: createUpstreamTable(), marksMs: 20 })
    expect(await read('bob', 'file:///a', second)).toMatchObject({ cached: true })
    expect(second.readings(WORKSPACE).resource).toMatchObject({ store: 1, memory: 0 })
    expect(await read('bob', 'file:///a', second)).toMatchObject({ cached: true })
    expect(second.readings(WORKSPACE).resource).toMatchObject({ store: 1, memory: 1 })
    await new Promise((resolve) => setTimeout(resolve, 100))
    upstream.tell({ kind: 'resource', uri: 'file:///a' })
    await cache.idle()
    await vi.waitFor(async () => expect(await read('bob', 'file:///a', second)).toMatchObject({ cached: false }), 5_000)
  })

  it('keeps nothing of a process that was another one before', async () => {
    const process = scriptedUpstream('process', {}, 'process')
    process.answer(() => ({ contents: [{ text: 'old' }], ttlMs: 60_000, cacheScope: 'public' }))
    const ask = (through: ResultCache) => {
      const params = { uri: 'file:///a' }
      const asking = (call: Call) =>
        process.request({ method: call.method, params, requestId: '', principal: call.principal, signal: call.signal })
      return through.read(callOf('alice', params), process, params.uri, params, asking)
    }
    await ask(cache)
    await cache.idle()
    const fresh = createUpstreamTable()
    using second = new ResultCache({ store, upstreams: fresh, marksMs: 20 })
    using added = fresh.add(process)
    expect(added).toBeDefined()
    expect(await ask(second)).toMatchObject({ cached: false })
    await second.idle()
  })
})

describe('memory [G7]', () => {
  it('stays within its bytes, and keeps what is asked for', async () => {
    using small = new ResultCache({ store, upstreams: createUpstreamTable(), memoryBytes: 50_000 })
    upstream.answer(() => ({ contents: [{ text: 'x'.repeat(5_000) }], ttlMs: 4_000, cacheScope: 'public' }))
    for (let index = 0; index < 100; index += 1) {
      await read('alice', `file:///${index}`, small)
      await read('alice', 'file:///0', small)
      expect(small.readings(WORKSPACE).bytes).toBeLessThanOrEqual(50_000)
    }
    expect(small.readings(WORKSPACE).evicted).toBeGreaterThan(80)
    expect(await read('alice', 'file:///0', small)).toMatchObject({ cached: true })
  })

  it('does not take a result that is too large for it', async () => {
    upstream.answer(() => ({ contents: [{ text: 'x'.repeat(1_100_000) }], ttlMs: 60_000, cacheScope: 'public' }))
    await read('alice')
    expect(await read('alice')).toMatchObject({ cached: false })
  })
})
