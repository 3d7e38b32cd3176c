import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { STATE_KEY_MS } from '../../../../runtime/src/gateway/bridge/limits.ts'
import { openState, sealState } from '../../../../runtime/src/gateway/bridge/request-state.ts'
import { StateKeys } from '../../../../runtime/src/gateway/bridge/state-keys.ts'
import { principal } from '../harness.ts'
import { modernCall, TestClock, upstreamNamed } from './bridge-fixture.ts'

const master = randomBytes(32)
const clock = new TestClock()
const keys = new StateKeys(master, () => clock.now())
const upstream = upstreamNamed('one')
const call = modernCall()
const secret = { kind: 'upstream', state: 'what the upstream keeps' } as const
const later = clock.now() + 60_000
const open = (state: string, asked = call, of = upstream, at = clock.now()) => openState(keys, asked, of, state, at)
const codeOf = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (error) {
    return (error as { readonly code: string }).code
  }
}

describe('sealed request states [G2]', () => {
  const sealed = sealState(keys, call, upstream, secret, later)

  it('open on the request they were made for, whatever the order of its members and its envelope', () => {
    expect(open(sealed)).toEqual(secret)
    const retried = { _meta: { progressToken: 1 }, arguments: { days: 3, city: 'Graz' }, name: 'ask' }
    const retry = { ...retried, inputResponses: { a: {} }, requestState: sealed }
    expect(open(sealed, modernCall({ params: retry }))).toEqual(secret)
  })

  it('show nothing of what they hold', () => {
    expect(sealed).not.toContain('what the upstream keeps')
    const parts = sealed.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'))
    expect(parts.join()).not.toContain('upstream')
  })

  it('are refused from another principal, workspace, server, method, tool, arguments and upstream', () => {
    const other = [
      modernCall({ principal: principal('token:bob') }),
      modernCall({ principal: principal('token:alice', 'workspace-2') }),
      modernCall({ target: { virtualServer: 'small' } }),
      modernCall({ method: 'prompts/get' }),
      modernCall({ params: { name: 'other', arguments: { city: 'Graz', days: 3 } } }),
      modernCall({ params: { name: 'ask', arguments: { city: 'Graz', days: 4 } } }),
      modernCall({ params: { name: 'ask' } }),
    ]
    for (const asked of other) expect(codeOf(() => open(sealed, asked))).toBe('STATE_INVALID')
    expect(codeOf(() => open(sealed, call, upstreamNamed('two')))).toBe('STATE_INVALID')
  })

  it('are refused after they expired, and when their expiry was changed', () => {
    expect(codeOf(() => open(sealed, call, upstream, later))).toBe('STATE_EXPIRED')
    const [id, , ...rest] = sealed.split('.')
    const longer = [id, (later + 1_000_000).toString(36), ...rest].join('.')
    expect(codeOf(() => open(longer))).toBe('STATE_INVALID')
  })

  it('are refused with any character changed, added or taken away', () => {
    fc.assert(
      fc.property(fc.nat({ max: sealed.length - 1 }), fc.constantFrom('A', 'b', '-', '.', '=', ' ', 'é'), (at, put) => {
        fc.pre(sealed[at] !== put)
        const changed = [
          sealed.slice(0, at) + put + sealed.slice(at + 1),
          sealed.slice(0, at) + put + sealed.slice(at),
          sealed.slice(0, at) + sealed.slice(at + 1),
          `${sealed}${put}`,
        ]
        for (const state of changed) expect(codeOf(() => open(state))).toBe('STATE_INVALID')
      }),
    )
  })

  it('are refused when they are nothing of ours at all', () => {
    const strange = ['', 'state-1', '..', 'x'.repeat(1_000_000), null, 7, ['a'], {}]
    for (const state of strange)
      expect(codeOf(() => openState(keys, call, upstream, state, clock.now()))).toBe('STATE_INVALID')
  })

  it('open on every node that has the same key material, and on no other', () => {
    const twin = new StateKeys(master, () => clock.now())
    expect(openState(twin, call, upstream, sealed, clock.now())).toEqual(secret)
    const stranger = new StateKeys(randomBytes(32), () => clock.now())
    expect(codeOf(() => openState(stranger, call, upstream, sealed, clock.now()))).toBe('STATE_INVALID')
  })

  it('name their key: yesterday’s opens today, and is not used any more', async () => {
    const moving = new TestClock()
    const daily = new StateKeys(master, () => moving.now())
    const made = sealState(daily, call, upstream, secret, moving.now() + 3 * STATE_KEY_MS)
    await moving.advance(STATE_KEY_MS)
    expect(openState(daily, call, upstream, made, moving.now())).toEqual(secret)
    expect(daily.current().id).not.toBe(made.split('.')[0])
    await moving.advance(STATE_KEY_MS)
    expect(codeOf(() => openState(daily, call, upstream, made, moving.now()))).toBe('STATE_INVALID')
  })
})
