import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '@nexus/plugin-api'
import { systemPrincipal } from '../../runtime/src/identity/principal.ts'
import type { AskClient, ClientMessage, Invocation, Sandbox } from '../../runtime/src/sandbox/sandbox.ts'
import { type Arena, type PluginOptions, moduleOf, openArena } from './arena.ts'

const ALL = { client: ['elicitation', 'sampling', 'roots'] } as const
const FORM = `{ message: 'Your name?', requestedSchema: { type: 'object', properties: { name: { type: 'string' } } } }`
const CODES = 'catch (error) { return error.code ?? error.name }'

let arena: Arena
let opened = 0
beforeAll(async () => {
  arena = await openArena()
})
afterAll(() => arena[Symbol.asyncDispose]())

function open(body: string, options: Partial<PluginOptions> = {}): Promise<Sandbox> {
  opened += 1
  return arena.open(moduleOf(body), { installationId: `asker-${opened}`, grants: ALL, ...options })
}

/** What a client was asked and told, and how it answers. */
function client(answer: (method: string, signal: AbortSignal) => JsonObject | Promise<JsonObject>) {
  const asked: [string, JsonObject | undefined][] = []
  const told: ClientMessage[] = []
  const ask: AskClient = async (method, params, signal) => {
    asked.push([method, params])
    return answer(method, signal)
  }
  return { asked, told, ask, onMessage: (message: ClientMessage) => void told.push(message) }
}
const accepting = () => client(() => ({ action: 'accept', content: { name: 'Ada' } }))

async function call(sandbox: Sandbox, more: Partial<Invocation> = {}): Promise<string> {
  const text = await sandbox.invoke({
    handler: 'tool',
    name: 'attack',
    payload: '{}',
    requestId: 'request-1',
    principal: { id: 'user:1', displayName: 'Ada' },
    origin: { principal: { ...systemPrincipal('w1'), id: 'user:1' }, depth: 0, chain: [] },
    signal: new AbortController().signal,
    ...more,
  })
  const { content } = JSON.parse(text) as { content: { text: string }[] }
  return content[0]?.text ?? text
}

describe('questions of hostile code to the client of a call [H5]', () => {
  it('reach the client of that call and come back to it', async () => {
    await using sandbox = await open(
      `const { action, content } = await call.elicit(${FORM}); return action + content.name`,
    )
    const someone = accepting()
    expect(await call(sandbox, someone)).toBe('acceptAda')
    expect(someone.asked).toMatchObject([['elicitation/create', { message: 'Your name?' }]])
  })

  it('are refused without the grant, told to nobody, and audited', async () => {
    await using sandbox = await open(
      `try { return await call.sample({ messages: [{ role: 'user', content: {} }], maxTokens: 1 }) } ${CODES}`,
      {
        grants: { client: ['elicitation'] },
      },
    )
    const someone = accepting()
    const before = arena.denials.length
    expect(await call(sandbox, someone)).toBe('PERMISSION_DENIED')
    expect(someone.asked).toEqual([])
    expect(arena.denials.slice(before)).toMatchObject([
      { outcome: 'denied', details: { family: 'client', asked: 'sampling' } },
    ])
  })

  it('are refused where there is nobody: no client, and a call that is over', async () => {
    await using sandbox = await open(
      `globalThis.kept ??= call
       try { await globalThis.kept.elicit(${FORM}); return 'asked' } ${CODES}`,
    )
    expect(await call(sandbox)).toBe('CLIENT_UNREACHABLE')
    const someone = accepting()
    // The call that was kept is over; the one that runs has a client, and is not the one that asks.
    expect(await call(sandbox, someone)).toBe('CALL_REQUIRED')
    expect(someone.asked).toEqual([])
  })

  it('go to the client of the call that asks, whatever call the code runs in', async () => {
    await using sandbox = await open(
      `if (args.wait) { globalThis.first = call; await new Promise((done) => { globalThis.go = done }); return 'first' }
       const { content } = await globalThis.first.elicit(${FORM}); globalThis.go(); return content.name`,
    )
    const first = client(() => ({ action: 'accept', content: { name: 'first' } }))
    const second = client(() => ({ action: 'accept', content: { name: 'second' } }))
    const waiting = call(sandbox, { ...first, payload: '{"wait":true}' })
    expect(await call(sandbox, second)).toBe('first')
    expect(await waiting).toBe('first')
    expect([first.asked.length, second.asked.length]).toEqual([1, 0])
  })

  it('are sixteen within a call, however they end', async () => {
    await using sandbox = await open(
      `const ends = {}
       for (let i = 0; i < 20; i++) { let end; try { await call.roots(); end = 'asked' } catch (error) { end = error.code } ends[end] = (ends[end] ?? 0) + 1 }
       return JSON.stringify(ends)`,
    )
    const someone = client(() => ({ roots: [] }))
    expect(JSON.parse(await call(sandbox, someone))).toEqual({ asked: 16, CLIENT_QUOTA: 4 })
    expect(someone.asked.length).toBe(16)
    // The next call counts anew.
    expect(JSON.parse(await call(sandbox, someone))).toEqual({ asked: 16, CLIENT_QUOTA: 4 })
  })

  it('are a few at once', async () => {
    await using sandbox = await open(
      `const ends = await Promise.all(Array.from({ length: 40 }, () => call.roots().then(() => 'asked', (error) => error.code)))
       return [...new Set(ends)].sort().join()`,
    )
    const someone = client(() => ({ roots: [] }))
    expect(await call(sandbox, someone)).toBe('SANDBOX_CAPABILITY_LIMIT,asked')
    expect(someone.asked.length).toBe(16)
  })

  it.each([
    [
      'text that hides something',
      `{ message: 'Pass\\u200bword?', requestedSchema: { type: 'object', properties: {} } }`,
    ],
    ['a page without encryption', `{ mode: 'url', message: 'Sign in', url: 'http://example.com' }`],
    ['a page of script', `{ mode: 'url', message: 'Sign in', url: 'javascript:alert(1)' }`],
    ['an id of its own choice', `{ mode: 'url', message: 'Sign in', url: 'https://example.com', elicitationId: '1' }`],
    ['a nested form', `{ message: 'm', requestedSchema: { type: 'object', properties: { a: { type: 'object' } } } }`],
    ['another method', `{ method: 'tools/call', message: 'm' }`],
    ['nothing', 'undefined'],
  ])('are refused with %s', async (_what, request) => {
    await using sandbox = await open(`try { await call.elicit(${request}); return 'asked' } ${CODES}`)
    const someone = accepting()
    expect(await call(sandbox, someone)).toBe('CAPABILITY_ARGUMENT')
    expect(someone.asked).toEqual([])
  })

  it('answer only what MCP defines', async () => {
    await using sandbox = await open(`try { return JSON.stringify(await call.elicit(${FORM})) } ${CODES}`)
    const answered = (answer: JsonObject) =>
      call(
        sandbox,
        client(() => answer),
      )
    expect(await answered({ action: 'accept', content: { name: 'x' }, extra: 1, _meta: {} })).toBe(
      '{"action":"accept","content":{"name":"x"}}',
    )
    expect(await answered({ action: 'sure' })).toBe('CLIENT_ANSWER')
    expect(await answered({ action: 'accept', content: { name: 'x'.repeat(600_000) } })).toBe('CLIENT_ANSWER')
  })

  it('stop the wall clock of the call while a person thinks, and of no other', async () => {
    await using sandbox = await open(
      `if (args.hang) return new Promise(() => {})
       const { action } = await call.elicit(${FORM}); if (args.then) await new Promise(() => {}); return action`,
      { limits: { wallMsPerCall: 700 } },
    )
    const slow = client(async () => {
      await new Promise((done) => setTimeout(done, 2_000))
      return { action: 'decline' }
    })
    const hanging = expect(call(sandbox, { payload: '{"hang":true}' })).rejects.toMatchObject({
      code: 'SANDBOX_TIMEOUT',
    })
    const thinking = call(sandbox, slow)
    await hanging
    expect(await thinking).toBe('decline')
    // The time that was left before is left after, and no more.
    await expect(call(sandbox, { ...slow, payload: '{"then":true}' })).rejects.toMatchObject({
      code: 'SANDBOX_TIMEOUT',
    })
  })

  it('are taken back when the call is cancelled or over', async () => {
    await using sandbox = await open(
      `const asked = call.elicit(${FORM}).then(() => 'asked', (error) => error.code); if (args.leave) return 'left'; return asked`,
    )
    const withdrawn: string[] = []
    const never = client(
      (_method, signal) =>
        new Promise((_answered, refuse) => {
          signal.addEventListener('abort', () => {
            withdrawn.push('withdrawn')
            refuse(new Error('Withdrawn.'))
          })
        }),
    )
    expect(await call(sandbox, { ...never, payload: '{"leave":true}' })).toBe('left')
    await expect.poll(() => withdrawn.length).toBe(1)
    const cancel = new AbortController()
    const cancelled = expect(call(sandbox, { ...never, signal: cancel.signal })).rejects.toMatchObject({
      code: 'CALL_CANCELLED',
    })
    await expect.poll(() => never.asked.length).toBe(2)
    cancel.abort()
    await cancelled
    await expect.poll(() => withdrawn.length).toBe(2)
  })
})

describe('what hostile code tells the client of a call [H5]', () => {
  it('arrives while the call runs, and not when it is over', async () => {
    await using sandbox = await open(
      `globalThis.kept?.log('error', 'late'); globalThis.kept = call
       call.log('info', { a: [1] }, 'acme'); call.log('loud', 'no such level'); call.log('debug'); call.log('info', 1n < 2n); return 'done'`,
    )
    const first = accepting()
    const second = accepting()
    await call(sandbox, first)
    await call(sandbox, second)
    const said = [
      { level: 'info', data: { a: [1] }, logger: 'acme' },
      { level: 'info', data: true },
    ]
    expect(first.told).toEqual(said)
    expect(second.told).toEqual(said)
  })

  it('is bounded in number and size', async () => {
    await using sandbox = await open(
      `call.log('info', 'x'.repeat(40_000)); for (let i = 0; i < 3_000; i++) call.log('info', i); return 'done'`,
      { limits: { cpuMsPerCall: 2_000 } },
    )
    const someone = accepting()
    expect(await call(sandbox, someone)).toBe('done')
    expect(someone.told.length).toBe(1_000)
    expect(someone.told[0]).toEqual({ level: 'info', data: 0 })
  })
})
