import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { PolicyPack } from '../../../runtime/src/policy/packs.ts'
import { type PolicyHost, answer, openPolicyHost } from './host.ts'

let host: PolicyHost
beforeEach(async () => {
  host = await openPolicyHost()
})
afterEach(async () => {
  vi.useRealTimers()
  await host[Symbol.asyncDispose]()
})

const decide = () => host.policy.decide(host.call(host.principal('member')))
const result = { content: [{ type: 'text', text: 'mail ada@example.com' }] }
const review = () => host.policy.review(host.call(host.principal('member')), result)

/** A policy that replaces one text by another, and checks what it is shown. */
function masking(from: string, to: string): PolicyPack['ask'] {
  return async (_name, event) => {
    const seen = JSON.parse(event)
    expect(seen).toMatchObject({ stage: 'result', tool: 'acme/notes:delete_note' })
    const masked = JSON.parse(JSON.stringify(seen.result).replaceAll(from, to))
    return JSON.stringify({ effect: 'redact', result: masked, reason: 'masked' })
  }
}

const garbage: Readonly<Record<string, PolicyPack['ask']>> = {
  'throws at once': () => {
    throw new Error('boom')
  },
  rejects: () => Promise.reject(new Error('boom')),
  'rejects with text, as WebAssembly does': () => Promise.reject('boom'),
  'answers no JSON': async () => 'allow',
  'answers null': async () => 'null',
  'answers an unknown effect': answer({ effect: 'maybe' }),
  'answers more than a decision': answer({ effect: 'allow', extra: 1 }),
  'denies without a reason': answer({ effect: 'deny' }),
  'answers a list': async () => '[{"effect":"allow"}]',
}

describe('policies of a call [I5]', () => {
  it('are shown the call and may deny it with a reason', async () => {
    const asked: unknown[] = []
    host.policy.addPack(
      host.pack('call', async (name, event, signal, requestId) => {
        asked.push([name, JSON.parse(event), signal.aborted, requestId])
        return '{"effect":"deny","reason":"Not on Fridays."}'
      }),
    )
    expect(await decide()).toEqual({ effect: 'deny', rule: 'acme/guard#guard', reason: 'Not on Fridays.' })
    expect(asked).toEqual([
      [
        'guard',
        {
          stage: 'call',
          kind: 'tool',
          tool: 'acme/notes:delete_note',
          arguments: { id: 7 },
          principal: { id: 'user:1', roles: ['member'] },
        },
        false,
        'r',
      ],
    ])
  })

  it('deny when one of several does', async () => {
    host.policy.addPack(host.pack('call', answer({ effect: 'allow' })))
    const strict = host.policy.addPack(
      host.pack('call', answer({ effect: 'deny', reason: 'no' }), {
        installationId: 'i-strict',
        pluginId: 'acme/strict',
      }),
    )
    expect(await decide()).toMatchObject({ effect: 'deny', rule: 'acme/strict#guard' })
    strict[Symbol.dispose]()
    expect(await decide()).toMatchObject({ effect: 'allow' })
  })

  it('cannot allow what a rule denies, and are not asked then', async () => {
    const ask = vi.fn(answer({ effect: 'allow' }))
    host.policy.addPack(host.pack('call', ask))
    await host.policy.rules.create(host.admin, { role: '*', plugin: '*', tool: '*', effect: 'deny' }, 'r')
    expect(await decide()).toMatchObject({ effect: 'deny' })
    expect(ask).not.toHaveBeenCalled()
  })

  it.each(Object.entries(garbage))('deny when a policy %s', async (_, ask) => {
    host.policy.addPack(host.pack('call', ask))
    expect(await decide()).toMatchObject({ effect: 'deny', rule: 'acme/guard#guard' })
    expect(host.events).toMatchObject([
      { action: 'policy.failed', outcome: 'failed', requestId: 'r', details: { rule: 'acme/guard#guard' } },
    ])
  })

  it('cannot replace anything before a call', async () => {
    host.policy.addPack(host.pack('call', answer({ effect: 'redact', result: {}, reason: 'x' })))
    expect(await decide()).toMatchObject({ effect: 'deny' })
  })

  it('deny after two seconds without an answer and tell the policy to stop', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    let stopped: AbortSignal | undefined
    host.policy.addPack(
      host.pack('call', (_name, _event, signal) => {
        stopped = signal
        return new Promise<string>(() => undefined)
      }),
    )
    const verdict = decide()
    await vi.advanceTimersByTimeAsync(1999)
    expect(stopped?.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await verdict).toMatchObject({ effect: 'deny' })
    expect(stopped?.aborted).toBe(true)
  })

  it('of another workspace are not asked', async () => {
    const ask = vi.fn(answer({ effect: 'deny', reason: 'no' }))
    host.policy.addPack(host.pack('call', ask, { workspaceId: 'elsewhere' }))
    expect(await decide()).toMatchObject({ effect: 'allow' })
    expect(ask).not.toHaveBeenCalled()
  })
})

describe('policies of a result [I5]', () => {
  it('are asked only where there are any', async () => {
    const { workspaceId } = host.admin
    expect(host.policy.inspectsResults(workspaceId)).toBe(false)
    host.policy.addPack(host.pack('call', answer({ effect: 'allow' }), { installationId: 'i-call' }))
    expect(host.policy.inspectsResults(workspaceId)).toBe(false)
    const pack = host.policy.addPack(host.pack('result', answer({ effect: 'allow' })))
    expect(host.policy.inspectsResults(workspaceId)).toBe(true)
    expect(host.policy.inspectsResults('elsewhere')).toBe(false)
    expect(await review()).toEqual(result)
    pack[Symbol.dispose]()
    expect(host.policy.inspectsResults(workspaceId)).toBe(false)
  })

  it('replace a result one after another, and say so in the audit trail', async () => {
    host.policy.addPack(host.pack('result', masking('ada@example.com', '[mail]'), { installationId: 'i-1' }))
    host.policy.addPack(host.pack('result', masking('mail [mail]', 'seen'), { installationId: 'i-2' }))
    expect(await review()).toEqual({ content: [{ type: 'text', text: 'seen' }] })
    expect(host.events.map(({ action }) => action)).toEqual(['result.redacted', 'result.redacted'])
    expect(JSON.stringify(host.events)).not.toContain('ada@example.com')
  })

  it('may refuse a result', async () => {
    host.policy.addPack(host.pack('result', answer({ effect: 'deny', reason: 'Too secret.' })))
    await expect(review()).rejects.toMatchObject({
      code: 'POLICY_DENIED',
      status: 403,
      details: { reason: 'Too secret.' },
    })
  })

  it.each([
    ...Object.entries(garbage),
    ['replaces the result by a list', answer({ effect: 'redact', result: [], reason: 'x' })],
    ['replaces the result by nothing', answer({ effect: 'redact', result: null, reason: 'x' })],
  ] as const)('hold the result back when a policy %s', async (_, ask) => {
    host.policy.addPack(host.pack('result', ask))
    await expect(review()).rejects.toMatchObject({ code: 'POLICY_FAILED' })
    expect(host.events).toMatchObject([{ action: 'policy.failed' }])
  })
})

describe('policy packs [I5]', () => {
  it('that are expected and do not run deny everything in their workspace', async () => {
    const { workspaceId } = host.admin
    const expected = host.policy.expectPack({ installationId: 'i-guard', workspaceId })
    expect(await decide()).toMatchObject({ effect: 'deny', rule: 'policy-pack-missing' })
    expect(host.policy.inspectsResults(workspaceId)).toBe(true)
    await expect(review()).rejects.toMatchObject({ code: 'POLICY_FAILED' })
    const running = host.policy.addPack(host.pack('call', answer({ effect: 'allow' })))
    expect(await decide()).toMatchObject({ effect: 'allow' })
    running[Symbol.dispose]()
    expect(await decide()).toMatchObject({ effect: 'deny' })
    expected[Symbol.dispose]()
    expect(await decide()).toMatchObject({ effect: 'allow' })
  })

  it('run once, and disposing an old one twice leaves the new one alone', async () => {
    const pack = host.pack('call', answer({ effect: 'deny', reason: 'no' }))
    const old = host.policy.addPack(pack)
    expect(() => host.policy.addPack({ ...pack })).toThrow(expect.objectContaining({ code: 'POLICY_PACK_EXISTS' }))
    old[Symbol.dispose]()
    host.policy.addPack({ ...pack })
    old[Symbol.dispose]()
    expect(await decide()).toMatchObject({ effect: 'deny' })
  })
})
