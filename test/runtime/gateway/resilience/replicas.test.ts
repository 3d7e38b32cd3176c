import type { JsonObject } from '@nexus/plugin-api'
import { describe, expect, it } from 'vitest'
import { principal, processUpstream, WILD } from '../harness.ts'
import { ask, readingsOf, remote } from './requests.ts'
import { answer, isCall, type Behave, said, startRawServer } from './raw-server.ts'

/** Calls wait until they are let go. */
function holding(name: string): { readonly behave: Behave; release(): void } {
  const held: (() => void)[] = []
  return {
    behave(message, _request, response) {
      if (!isCall(message)) return false
      held.push(() => answer(response, message['id'], said(name)))
      return true
    },
    release() {
      for (const go of held.splice(0)) go()
    },
  }
}

describe('replicas of one upstream [G6]', () => {
  it('share the calls: whoever has the fewest in flight gets the next', async () => {
    const first = holding('first')
    const second = holding('second')
    await using one = await startRawServer(first.behave)
    await using two = await startRawServer(second.behave)
    await using upstream = remote(one.url, { replicas: [two.url] })
    await upstream.catalog(AbortSignal.timeout(5_000))
    await expect.poll(() => readingsOf(upstream).replicas.map(({ state }) => state)).toEqual(['ready', 'ready'])
    const calls = Array.from({ length: 10 }, () => ask(upstream))
    await expect.poll(() => one.calls() + two.calls()).toBe(10)
    expect([one.calls(), two.calls()]).toEqual([5, 5])
    expect(readingsOf(upstream).replicas.map(({ outstanding }) => outstanding)).toEqual([5, 5])
    // Once the first has none left, the next five go there.
    first.release()
    await expect.poll(() => readingsOf(upstream).replicas[0]?.outstanding).toBe(0)
    const more = Array.from({ length: 5 }, () => ask(upstream))
    await expect.poll(() => one.calls()).toBe(10)
    expect(two.calls()).toBe(5)
    first.release()
    second.release()
    const texts = await Promise.all([...calls, ...more])
    expect(texts.filter((text) => text === 'first')).toHaveLength(10)
  })

  it('take turns when nothing is in flight', async () => {
    await using one = await startRawServer()
    await using two = await startRawServer()
    await using upstream = remote(one.url, { replicas: [two.url] })
    await upstream.catalog(AbortSignal.timeout(5_000))
    await expect.poll(() => readingsOf(upstream).replicas.map(({ state }) => state)).toEqual(['ready', 'ready'])
    for (let call = 0; call < 6; call += 1) await ask(upstream)
    expect([one.calls(), two.calls()]).toEqual([3, 3])
  })

  it('a draining replica finishes its calls and gets no new ones until it is resumed', async () => {
    const first = holding('first')
    await using one = await startRawServer(first.behave)
    await using two = await startRawServer(() => false, 'second')
    await using upstream = remote(one.url, { replicas: [two.url] })
    await upstream.catalog(AbortSignal.timeout(5_000))
    await expect.poll(() => readingsOf(upstream).replicas.map(({ state }) => state)).toEqual(['ready', 'ready'])
    const early = [ask(upstream), ask(upstream)]
    await expect.poll(() => one.calls()).toBe(1)
    upstream.pool?.()?.drain('1')
    for (let call = 0; call < 4; call += 1) expect(await ask(upstream)).toBe('second')
    expect(one.calls()).toBe(1)
    expect(readingsOf(upstream).replicas[0]).toMatchObject({ draining: true, outstanding: 1 })
    first.release()
    expect((await Promise.all(early)).toSorted()).toEqual(['first', 'second'])
    upstream.pool?.()?.resume('1')
    const late = [ask(upstream), ask(upstream)]
    await expect.poll(() => one.calls()).toBe(2)
    first.release()
    await Promise.all(late)
  })

  it('an upstream whose replicas are all drained says so, and so does a name that does not exist', async () => {
    await using one = await startRawServer()
    await using upstream = remote(one.url)
    upstream.pool?.()?.drain('1')
    await expect(ask(upstream)).rejects.toMatchObject({ code: 'UPSTREAM_DRAINED' })
    expect(() => upstream.pool?.()?.drain('7')).toThrow(/Expected a replica of raw \(1\), found `7`/)
  })

  it('a replica that is gone costs no call: what never left is sent to another', async () => {
    await using one = await startRawServer(() => false, 'first')
    const two = await startRawServer(() => false, 'second')
    await using upstream = remote(one.url, { replicas: [two.url] })
    await upstream.catalog(AbortSignal.timeout(5_000))
    await expect.poll(() => readingsOf(upstream).replicas.map(({ state }) => state)).toEqual(['ready', 'ready'])
    await two[Symbol.asyncDispose]()
    // A connection that breaks with the first of them may have carried it: what only reads is sent again.
    for (let call = 0; call < 4; call += 1) expect(await ask(upstream, { method: 'resources/read' })).toBe('first')
    for (let call = 0; call < 20; call += 1) expect(await ask(upstream)).toBe('first')
    expect(upstream.state()).toBe('ready')
    await using back = await startRawServer(() => false, 'back', two.port)
    await expect.poll(() => ask(upstream), { timeout: 5_000 }).toBe('back')
    expect(back.calls()).toBeGreaterThan(0)
  })

  it('a restart by hand waits for a call whose client is being asked', async () => {
    await using upstream = processUpstream('wild', WILD)
    await upstream.catalog(AbortSignal.timeout(20_000))
    const asked = Promise.withResolvers<void>()
    const given = Promise.withResolvers<JsonObject>()
    const call = upstream.request({
      method: 'tools/call',
      params: { name: 'elicit', arguments: {} },
      requestId: 'r1',
      principal: principal('alice'),
      client: { key: 'alice', era: 'legacy', capabilities: { elicitation: {} }, info: undefined, logLevel: undefined },
      signal: new AbortController().signal,
      onRequest: () => {
        asked.resolve()
        return given.promise
      },
    })
    await asked.promise
    expect(readingsOf(upstream).replicas[0]?.outstanding).toBe(0)
    const restarted = upstream.pool?.()?.restart()
    given.resolve({ action: 'accept', content: { name: 'Ada' } })
    expect(JSON.stringify((await call).value())).toContain('Ada')
    await restarted
    expect(readingsOf(upstream).reconnects).toBe(1)
  })

  it('a restart by hand lets calls in flight finish, makes others wait, and opens a new session', async () => {
    const first = holding('first')
    await using one = await startRawServer(first.behave)
    await using upstream = remote(one.url)
    await upstream.catalog(AbortSignal.timeout(5_000))
    const early = ask(upstream)
    await expect.poll(() => one.calls()).toBe(1)
    const restarted = upstream.pool?.()?.restart()
    const late = ask(upstream)
    expect(readingsOf(upstream).queued).toBe(1)
    first.release()
    expect(await early).toBe('first')
    await restarted
    await expect.poll(() => one.calls()).toBe(2)
    first.release()
    expect(await late).toBe('first')
    expect(one.seen.filter(({ method }) => method === 'initialize')).toHaveLength(2)
    expect(readingsOf(upstream).reconnects).toBe(1)
  })
})
