import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSubscriptions } from '../../../../runtime/src/gateway/router/subscriptions.ts'
import { createUpstreamTable } from '../../../../runtime/src/gateway/upstream/table.ts'
import type { Upstream, UpstreamChange, UpstreamState } from '../../../../runtime/src/gateway/upstream/upstream.ts'
import { RpcResult } from '../../../../runtime/src/gateway/wire/rpc-result.ts'
import { upstreamNamed } from './bridge-fixture.ts'

/** An upstream that remembers what it was asked to tell of, and can lose its connection. */
function openWatched(id = 'one') {
  const listeners = new Set<(change: UpstreamChange) => void>()
  const watched = new Set<unknown>()
  const asked: string[] = []
  let state: UpstreamState = 'ready'
  let refuses = false
  const upstream: Upstream = {
    ...upstreamNamed(id),
    state: () => state,
    async request({ method, params }) {
      // Answers of a real one take their time, and not always the same.
      for (let turns = asked.length % 3; turns > 0; turns -= 1) await setImmediate()
      asked.push(method)
      if (refuses) throw new Error('Not this one.')
      if (method === 'resources/subscribe') watched.add(params?.['uri'])
      else watched.delete(params?.['uri'])
      return RpcResult.of({})
    },
    onChange(listener) {
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },
  }
  const enter = (next: UpstreamState) => {
    state = next
    for (const listener of listeners) listener({ kind: 'state' })
  }
  return {
    upstream,
    watched,
    asked,
    refuse: (yes: boolean) => void (refuses = yes),
    loseConnection() {
      watched.clear()
      enter('failed')
    },
    reconnect: () => enter('ready'),
  }
}

const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await setImmediate()
}

describe('subscriptions of resources, counted per upstream [G2]', () => {
  it('are asked for once, and ended by the last one who leaves', async () => {
    const one = openWatched()
    const table = createUpstreamTable()
    table.add(one.upstream)
    using subscriptions = createSubscriptions(table)
    await Promise.all([1, 2, 3].map(() => subscriptions.add(one.upstream, 'a')))
    expect(one.asked).toEqual(['resources/subscribe'])
    await subscriptions.remove(one.upstream, 'a')
    await subscriptions.remove(one.upstream, 'a')
    expect([...one.watched]).toEqual(['a'])
    await subscriptions.remove(one.upstream, 'a')
    expect(one.asked).toEqual(['resources/subscribe', 'resources/unsubscribe'])
  })

  it('are asked for again over a new connection, once', async () => {
    const one = openWatched()
    const table = createUpstreamTable()
    table.add(one.upstream)
    using subscriptions = createSubscriptions(table)
    await subscriptions.add(one.upstream, 'a')
    await subscriptions.add(one.upstream, 'b')
    one.loseConnection()
    expect(one.watched.size).toBe(0)
    one.reconnect()
    await settle()
    expect(one.watched).toEqual(new Set(['a', 'b']))
    expect(one.asked).toHaveLength(4)
  })

  it('move to the upstream that takes the place of another', async () => {
    const [old, young] = [openWatched(), openWatched()]
    const table = createUpstreamTable()
    const entry = table.add(old.upstream)
    using subscriptions = createSubscriptions(table)
    await subscriptions.add(old.upstream, 'a')
    entry[Symbol.dispose]()
    table.add(young.upstream)
    await settle()
    expect(young.watched).toEqual(new Set(['a']))
    await subscriptions.remove(old.upstream, 'a')
    expect(young.watched.size).toBe(0)
  })

  it('that an upstream refuses are not counted', async () => {
    const one = openWatched()
    const table = createUpstreamTable()
    table.add(one.upstream)
    using subscriptions = createSubscriptions(table)
    one.refuse(true)
    await expect(subscriptions.add(one.upstream, 'a')).rejects.toThrow('Not this one.')
    one.refuse(false)
    await subscriptions.remove(one.upstream, 'a')
    await subscriptions.add(one.upstream, 'a')
    expect([...one.watched]).toEqual(['a'])
  })

  it('are at the upstream exactly while somebody wants them, whoever comes and goes in between', async () => {
    const step = fc.constantFrom('add', 'remove', 'lose', 'reconnect', 'pause')
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const one = openWatched()
        const table = createUpstreamTable()
        table.add(one.upstream)
        using subscriptions = createSubscriptions(table)
        let wanted = 0
        for (const taken of steps) {
          if (taken === 'add') {
            wanted += 1
            void subscriptions.add(one.upstream, 'a')
          } else if (taken === 'remove' && wanted > 0) {
            wanted -= 1
            void subscriptions.remove(one.upstream, 'a')
          } else if (taken === 'lose') one.loseConnection()
          else if (taken === 'reconnect') one.reconnect()
          else await settle()
        }
        one.reconnect()
        await settle()
        expect(one.watched.has('a')).toBe(wanted > 0)
      }),
    )
  })
})
