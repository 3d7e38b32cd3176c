import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CallUse } from '../../../runtime/src/sandbox/sandbox.ts'
import { callTool, moduleOf } from '../../escape/arena.ts'
import { type TierHost, type TierPlugin, openTierHost } from './tier-host.ts'

const invocation = {
  handler: 'tool' as const,
  name: 'attack',
  payload: '{}',
  requestId: 'r',
  principal: { id: 'user:1', displayName: 'Ada' },
}

// What the rest of the host may rely on, whichever tier runs the code.
describe.each(['isolate', 'worker'] as const)('sandbox of tier %s [H3] [H4]', (tier) => {
  let host: TierHost
  beforeAll(async () => {
    host = await openTierHost(tier)
  })
  afterAll(() => host[Symbol.asyncDispose]())
  beforeEach(() => {
    for (const list of [host.logs, host.seen, host.uses, host.breaches]) list.length = 0
  })
  const open = (body: string, limits: TierPlugin['limits'] = {}) =>
    host.open(moduleOf(body), { limits: { cpuMsPerCall: 1_000, ...limits } })

  it('answers a call and reports what was registered and used', async () => {
    await using sandbox = await open("return 'hello ' + args.name")
    expect(sandbox.tier).toBe(tier)
    expect(sandbox.registrations).toEqual({
      tools: ['attack'],
      resources: [],
      prompts: [],
      policies: [],
      events: [],
      schedules: [],
      completions: [],
    })
    expect(await callTool(sandbox, '{"name":"Ada"}')).toBe('hello Ada')
    await expect
      .poll(() => sandbox.usage(), { timeout: 10_000 })
      .toMatchObject({ calls: 1, errors: 0, cpuMicroseconds: expect.any(Number) })
    await expect.poll(() => sandbox.usage().heapBytes, { timeout: 10_000 }).toBeGreaterThan(100_000)
  })

  it('gives handlers their principal, request id, progress and a signal', async () => {
    await using sandbox = await open(
      "call.progress(1, 2, 'half'); return [call.requestId, call.principal.displayName, call.signal.aborted].join()",
    )
    const progress: unknown[] = []
    const { signal } = new AbortController()
    const text = await sandbox.invoke({ ...invocation, signal, onProgress: (...parts) => progress.push(parts) })
    expect(JSON.parse(text)).toEqual({ content: [{ type: 'text', text: 'r,Ada,false' }] })
    expect(progress).toEqual([[1, 2, 'half']])
  })

  it('lets handlers tell and ask the client of their call, and be told of it', async () => {
    await using sandbox = await open(
      `call.log('info', { half: true }); await context.storage.get('a'); await call.elicit({})
       return [call.client.capabilities.roots.listChanged, call.inputResponses.a.action, call.requestState].join()`,
    )
    const told: unknown[] = []
    const { signal } = new AbortController()
    const facts = JSON.stringify({
      capabilities: { roots: { listChanged: true } },
      inputResponses: { a: { action: 'decline' } },
      requestState: 's',
    })
    const text = await sandbox.invoke({ ...invocation, signal, facts, onMessage: (message) => void told.push(message) })
    expect(told).toEqual([{ level: 'info', data: { half: true } }])
    expect(host.seen.map(({ capability, requestId }) => [capability, requestId])).toEqual([
      ['storage.get', 'r'],
      ['client.elicit', 'r'],
    ])
    expect(text).toContain('true,decline,s')
  })

  it('serves many calls at once and mixes none of them up', async () => {
    await using sandbox = await open(
      "await context.storage.set('k' + args.n, args.n); return String(await context.storage.get('k' + args.n))",
    )
    const numbers = Array.from({ length: 8 }, (_, n) => n)
    expect(await Promise.all(numbers.map((n) => callTool(sandbox, JSON.stringify({ n }))))).toEqual(numbers.map(String))
  })

  it('tells what each call used', async () => {
    await using sandbox = await open(
      "await context.storage.get('a'); await context.storage.get('b'); for (let i = 0, s = 0; i < 3e6; i++) s += i; return 'done'",
    )
    const own: CallUse[] = []
    const { signal } = new AbortController()
    const text = await sandbox.invoke({ ...invocation, signal, payload: '{"x":1}', onUse: (use) => own.push(use) })
    expect(own).toEqual([
      expect.objectContaining({ capabilityCalls: 2, bytesIn: 7, bytesOut: text.length, wallMs: expect.any(Number) }),
    ])
    expect(own[0]?.cpuMicroseconds).toBeGreaterThan(500)
    expect(host.uses).toEqual(own)
    expect(host.seen).toEqual([
      { capability: 'storage.get', requestId: 'r' },
      { capability: 'storage.get', requestId: 'r' },
    ])
  })

  it('ends a call when the caller cancels, and tells the plugin and its capability calls', async () => {
    await using sandbox = await open(
      "if (args.again) return String(await context.storage.get('cancelled')); call.signal.addEventListener('abort', () => context.storage.set('cancelled', call.signal.reason.code)); await context.storage.get('slow')",
    )
    const cancel = new AbortController()
    const answer = expect(callTool(sandbox, '{}', cancel.signal)).rejects.toMatchObject({ code: 'CALL_CANCELLED' })
    await expect.poll(() => host.seen.length, { timeout: 10_000 }).toBe(1)
    cancel.abort()
    await answer
    await expect(callTool(sandbox, '{}', AbortSignal.abort())).rejects.toMatchObject({ code: 'CALL_CANCELLED' })
    await expect.poll(() => callTool(sandbox, '{"again":true}'), { timeout: 10_000 }).toBe('CALL_CANCELLED')
  })

  it('lets a capability fail with its code, and nothing else', async () => {
    await using sandbox = await open(
      "try { await context.storage.get('forbidden') } catch (error) { return [error.code, error.message].join(': ') }",
    )
    expect(await callTool(sandbox)).toBe('SANDBOX_UNAVAILABLE: Not this key.')
  })

  it('passes the plugin’s own failure on as such', async () => {
    await using sandbox = await open("throw Object.assign(new Error('mine'), { code: 'OUT_OF_TEA' })")
    await expect(callTool(sandbox)).rejects.toMatchObject({
      code: 'PLUGIN_ERROR',
      message: 'mine',
      details: { pluginId: 'acme/attack', pluginCode: 'OUT_OF_TEA' },
    })
    const other = sandbox.invoke({ ...invocation, name: 'unknown', signal: new AbortController().signal })
    await expect(other).rejects.toMatchObject({ code: 'SANDBOX_HANDLER_UNKNOWN' })
    expect(sandbox.usage()).toMatchObject({ calls: 2, errors: 2 })
  })

  it('names the limit and its value when calls are too many or too slow', async () => {
    await using sandbox = await open("await context.storage.get('slow')", { wallMsPerCall: 300, concurrentCalls: 1 })
    const first = callTool(sandbox)
    await expect(callTool(sandbox)).rejects.toMatchObject({
      code: 'SANDBOX_BUSY',
      details: { limit: 'concurrentCalls', value: 1 },
    })
    await expect(first).rejects.toMatchObject({
      code: 'SANDBOX_TIMEOUT',
      details: { limit: 'wallMsPerCall', value: 300 },
    })
    expect(host.breaches.map(({ code, limit, value }) => [code, limit, value])).toEqual([
      ['SANDBOX_BUSY', 'concurrentCalls', 1],
      ['SANDBOX_TIMEOUT', 'wallMsPerCall', 300],
    ])
  })

  it('refuses arguments and results that are too large', async () => {
    await using sandbox = await open("return 'x'.repeat(args.length)", { payloadBytes: 2_048 })
    const details = { limit: 'payloadBytes', value: 2_048 }
    const large = JSON.stringify({ text: 'x'.repeat(3_000) })
    await expect(callTool(sandbox, large)).rejects.toMatchObject({ code: 'SANDBOX_PAYLOAD', details })
    await expect(callTool(sandbox, '{"length":3000}')).rejects.toMatchObject({ code: 'SANDBOX_PAYLOAD', details })
    expect(await callTool(sandbox, '{"length":3}')).toBe('xxx')
  })

  it('refuses capability calls above both limits, and goes on', async () => {
    await using sandbox = await open(
      "const tries = await Promise.allSettled(Array.from({ length: args.n }, (_, i) => context.storage.get('k' + i))); const codes = tries.map((t) => t.reason?.code).filter(Boolean); return [codes.length, codes[0]].join()",
      { outstandingCapabilityCalls: 4, capabilityCallsPerCall: 6 },
    )
    expect(await callTool(sandbox, '{"n":4}')).toBe('0,')
    expect(await callTool(sandbox, '{"n":7}')).toBe('3,SANDBOX_CAPABILITY_LIMIT')
    await using counted = await open(
      "let n = 0; try { for (;;) { await context.storage.get('k'); n++ } } catch (error) { return n + ',' + error.code }",
      { capabilityCallsPerCall: 6 },
    )
    expect(await callTool(counted)).toBe('6,SANDBOX_CAPABILITY_LIMIT')
  })

  it.each([
    ['a loop', 'for (;;);'],
    ['a loop after a capability call', "await context.storage.get('k'); for (;;);"],
    [
      'a loop of microtasks',
      'const again = () => Promise.resolve().then(again); await again(); await new Promise(() => {})',
    ],
    [
      'a loop in a getter of an error',
      "const e = new Error('x'); Object.defineProperty(e, 'message', { get() { for (;;); } }); throw e",
    ],
  ])('ends %s by its CPU time, and the sandbox with it', async (_what, body) => {
    await using sandbox = await open(body, { cpuMsPerCall: 60, wallMsPerCall: 20_000 })
    // A sandbox starts again with the call after a breach; too many breaches are its end.
    for (let turn = 0; turn < 4; turn += 1) {
      await expect(callTool(sandbox)).rejects.toMatchObject({
        code: 'SANDBOX_CPU',
        details: { limit: 'cpuMsPerCall', value: 60 },
      })
    }
    expect(await sandbox.exited).toMatchObject({ code: 'SANDBOX_CPU' })
    await expect(callTool(sandbox)).rejects.toMatchObject({ code: 'SANDBOX_CLOSED' })
  })

  it('counts CPU over a minute of calls', async () => {
    await using sandbox = await open('const end = Date.now() + 60; while (Date.now() < end); return "x"', {
      cpuMsPerMinute: 300,
    })
    const run = async (): Promise<void> => {
      for (let turn = 0; turn < 60; turn += 1) await callTool(sandbox)
    }
    await expect(run()).rejects.toMatchObject({ code: 'SANDBOX_CPU', details: { limit: 'cpuMsPerMinute', value: 300 } })
  })

  it('counts capability calls outside of calls within a minute', async () => {
    await using sandbox = await open(
      "if (globalThis.found !== undefined) return globalThis.found; if (globalThis.begun) return 'soon'; globalThis.begun = true; setTimeout(async () => { let made = 0; try { for (;;) { await context.storage.get('k'); made += 1 } } catch (error) { globalThis.found = made + ',' + error.code } }, 5); return 'soon'",
      { capabilityCallsPerCall: 7 },
    )
    expect(await callTool(sandbox)).toBe('soon')
    await expect.poll(() => callTool(sandbox), { timeout: 10_000 }).toBe('7,SANDBOX_CAPABILITY_LIMIT')
  })

  it('ends a heap that grows past its limit', async () => {
    await using sandbox = await open('const kept = []; for (;;) kept.push({ kept })', {
      cpuMsPerCall: 20_000,
      cpuMsPerMinute: 20_000,
      wallMsPerCall: 30_000,
    })
    await expect(callTool(sandbox)).rejects.toMatchObject({ code: expect.stringMatching(/^SANDBOX_(MEMORY|CRASHED)$/) })
  })

  it('refuses code that does not start, with its reason', async () => {
    const failing = host.open("export default { activate() { throw new Error('no tea') } }")
    await expect(failing).rejects.toMatchObject({
      code: 'SANDBOX_START_FAILED',
      message: expect.stringContaining('no tea'),
    })
    await expect(host.open('export default {')).rejects.toMatchObject({ code: 'SANDBOX_START_FAILED' })
    await expect(host.open("import fs from 'node:fs'; export default { activate() {} }")).rejects.toMatchObject({
      code: 'SANDBOX_START_FAILED',
      message: expect.stringContaining('without imports'),
    })
    const waiting = host.open('export default { activate: () => new Promise(() => {}) }', {
      limits: { startMs: 1_500 },
    })
    await expect(waiting).rejects.toMatchObject({
      code: 'SANDBOX_START_TIMEOUT',
      details: { limit: 'startMs', value: 1_500 },
    })
    await expect(host.open(moduleOf(''), { signal: AbortSignal.abort() })).rejects.toBeDefined()
  })

  it('disposes what a plugin registered, in reverse, when it is closed', async () => {
    const code =
      "export default { activate(c) { c.signal.addEventListener('abort', () => console.log('signal')); c.tools.handle('attack', () => 'x'); return { dispose() { console.log('disposed') } } } }"
    const sandbox = await host.open(code)
    await sandbox[Symbol.asyncDispose]()
    expect(await sandbox.exited).toEqual({ code: 'SANDBOX_CLOSED', message: 'The sandbox was stopped.' })
    expect(host.logs).toEqual(['signal', 'disposed'])
  })

  it('rejects calls in flight when a sandbox is closed', async () => {
    const sandbox = await open('await new Promise(() => {})')
    const rejected = expect(callTool(sandbox)).rejects.toMatchObject({ code: 'SANDBOX_CLOSED' })
    await sandbox[Symbol.asyncDispose]()
    await rejected
  })

  it('runs timers and lets them end with the sandbox', async () => {
    await using sandbox = await open(
      "return await new Promise((done) => { const out = []; clearTimeout(setTimeout(() => out.push('never'), 1)); setTimeout(() => { out.push('timer'); done(out.join()) }, 5); out.push('now') })",
    )
    expect(await callTool(sandbox)).toBe('now,timer')
  })
})
