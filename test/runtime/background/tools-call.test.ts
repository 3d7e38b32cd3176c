import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemPrincipal } from '../../../runtime/src/identity/principal.ts'
import { openTown, type Resident, textOf, type Town, until } from './town.ts'

const reason = 'For tests.'
const tools = (...names: readonly string[]) => ({ tools: names.map((tool) => ({ tool, reason })) })

/** Calls `args.tool` with `args.with` and answers what came, or the code and details of the error. */
const RELAY = `c.tools.handle('relay', async (args, call) => {
  try {
    const result = await c.tools.call(args.tool, args.with ?? {}, { call })
    return { content: result.content ?? [], isError: result.isError === true }
  } catch (error) { return JSON.stringify({ code: error.code, details: error.details }) }
})`

describe('a tool called by a plugin [H5]', () => {
  let town: Town
  let caller: Resident

  beforeAll(async () => {
    town = await openTown()
    await town.add({
      id: 'acme/echo',
      tools: ['echo', 'fail', 'sorry', 'large', 'slow', 'secret'],
      code: `
        c.tools.handle('echo', (args, call) => JSON.stringify({ args, who: call.principal.id, request: call.requestId }))
        c.tools.handle('fail', () => { throw new Error('broken') })
        c.tools.handle('sorry', () => ({ content: [{ type: 'text', text: 'no' }], isError: true }))
        c.tools.handle('large', () => 'x'.repeat(300000))
        c.tools.handle('slow', (args, call) => new Promise((resolve) => call.signal.addEventListener('abort', () => {
          c.log.info('slow was cancelled'); resolve('late')
        })))
        c.tools.handle('secret', () => 'never')`,
    })
    await town.add({ id: 'acme/far', workspaceId: 'w2', tools: ['echo'], code: `c.tools.handle('echo', () => 'far')` })
    caller = await town.add({
      id: 'acme/caller',
      tools: ['relay', 'late', 'guess', 'odd'],
      permissions: tools(
        'acme/echo:echo',
        'acme/echo:fail',
        'acme/echo:sorry',
        'acme/echo:large',
        'acme/echo:slow',
        'acme/far:*',
        'acme/caller:relay',
        'acme/deep:*',
        'acme/mirror:*',
        'acme/twin:*',
        'acme/gone:*',
      ),
      limits: { payloadBytes: 200_000 },
      code: `${RELAY}
        let kept
        c.tools.handle('late', async (args, call) => {
          if (kept === undefined) { kept = call; return 'kept' }
          try { await c.tools.call('acme/echo:echo', {}, { call: kept }); return 'called' } catch (error) { return error.code }
        })
        c.tools.handle('guess', async () => {
          const codes = []
          for (const options of [undefined, {}, { call: {} }, { call: 1 }, { call: { requestId: 'request-1' } }])
            try { await c.tools.call('acme/echo:echo', {}, options); codes.push('called') } catch (error) { codes.push(error.code) }
          return codes.join()
        })
        c.tools.handle('odd', async (args, call) => {
          const codes = []
          for (const [tool, input] of [['acme/echo', {}], ['acme/echo:*', {}], ['acme/echo:echo', []], ['acme/echo:echo', null], ['acme/echo:echo\\n', {}]])
            try { await c.tools.call(tool, input, { call }); codes.push('called') } catch (error) { codes.push(error.code) }
          return [...new Set(codes)].join()
        })`,
    })
  })
  afterAll(() => town[Symbol.asyncDispose]())

  const relay = async (tool: string, more = {}) => {
    const text = textOf(await caller.call('relay', { tool, ...more }))
    return JSON.parse(text) as unknown
  }

  it('runs for the caller of the call above, under one request id, and leaves one audit record each', async () => {
    const answer = await relay('acme/echo:echo', { with: { a: 1 } })
    expect(answer).toEqual({ args: { a: 1 }, who: 'user:ada', request: 'request-1' })
    expect(town.audit).toContainEqual(
      expect.objectContaining({
        actor: 'user:ada',
        action: 'tool.called',
        target: 'acme/echo:echo',
        requestId: 'request-1',
        details: expect.objectContaining({ depth: 1, via: 'acme/caller:relay' }),
      }),
    )
  })

  it('answers what the tool answered, a failure that the model should see included', async () => {
    const result = await caller.call('relay', { tool: 'acme/echo:sorry' })
    expect(result).toMatchObject({ isError: true, content: [{ text: 'no' }] })
  })

  it('fails with a code that says what failed below', async () => {
    expect(await relay('acme/echo:fail')).toEqual({ code: 'TOOL_FAILED', details: { code: 'PLUGIN_ERROR' } })
    expect(await relay('acme/echo:large')).toMatchObject({ code: 'TOOL_RESULT_TOO_LARGE' })
    expect(await relay('acme/gone:tool')).toMatchObject({ code: 'TOOL_UNKNOWN' })
  })

  it('is refused without a grant, and the refusal is audited', async () => {
    expect(await relay('acme/echo:secret')).toMatchObject({ code: 'PERMISSION_DENIED' })
    expect(town.audit).toContainEqual(
      expect.objectContaining({ action: 'capability.denied', target: 'acme/caller:tools.call', outcome: 'denied' }),
    )
  })

  it('never leaves the workspace', async () => {
    expect(await relay('acme/far:echo')).toMatchObject({ code: 'TOOL_UNKNOWN' })
  })

  it('is judged by policy as the call of that caller', async () => {
    const rules = town.policy.rules
    const admin = systemPrincipal('w1')
    const rule = await rules.create(admin, { role: 'auditor', plugin: 'acme/echo', tool: 'echo', effect: 'deny' }, 'r')
    const auditor = { ...admin, id: 'user:eve', roles: ['auditor'] as const }
    const denied = textOf(await caller.call('relay', { tool: 'acme/echo:echo' }, { principal: auditor }))
    expect(JSON.parse(denied)).toMatchObject({ code: 'TOOL_DENIED' })
    const powerless = { ...admin, id: 'user:bob', permissions: new Set<never>() }
    expect(textOf(await caller.call('relay', { tool: 'acme/echo:echo' }, { principal: powerless }))).toContain(
      'TOOL_DENIED',
    )
    expect(await relay('acme/echo:echo')).toMatchObject({ who: 'user:ada' })
    await rules.remove(admin, rule.id, 'r')
  })

  it('needs a call that is this plugin’s and not over', async () => {
    expect(textOf(await caller.call('late'))).toBe('kept')
    expect(textOf(await caller.call('late'))).toBe('CALL_REQUIRED')
    expect(new Set(textOf(await caller.call('guess')).split(','))).toEqual(new Set(['CALL_REQUIRED']))
  })

  it('takes a whole tool name and an object, nothing else', async () => {
    expect(textOf(await caller.call('odd'))).toBe('CAPABILITY_ARGUMENT')
  })

  it('is cancelled with the call above', async () => {
    const controller = new AbortController()
    const running = caller.call('relay', { tool: 'acme/echo:slow' }, { signal: controller.signal })
    const outcome = running.catch((error: unknown) => error)
    await new Promise((resolve) => setTimeout(resolve, 200))
    controller.abort()
    expect(await outcome).toMatchObject({ code: 'CALL_CANCELLED' })
    await until(() => town.logs.includes('slow was cancelled'))
  })

  it('cannot call itself, directly or through another', async () => {
    expect(await relay('acme/caller:relay', { with: { tool: 'acme/echo:echo' } })).toMatchObject({ code: 'TOOL_CYCLE' })
    await town.add({
      id: 'acme/mirror',
      tools: ['relay'],
      permissions: tools('acme/caller:relay', 'acme/mirror:*'),
      code: RELAY,
    })
    expect(
      await relay('acme/mirror:relay', { with: { tool: 'acme/caller:relay', with: { tool: 'acme/echo:echo' } } }),
    ).toMatchObject({ code: 'TOOL_CYCLE' })
  })

  it('stands at most eight calls deep', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `down-${index}`)
    await town.add({
      id: 'acme/deep',
      tools: names,
      permissions: tools('acme/deep:*'),
      code: names
        .map(
          (name, index) => `c.tools.handle('${name}', async (args, call) => {
            if (args.to === ${index}) return 'depth ${index + 1}'
            try { const { content } = await c.tools.call('acme/deep:down-${index + 1}', args, { call }); return { content } }
            catch (error) { return error.code }
          })`,
        )
        .join('\n'),
    })
    const down = async (to: number) => textOf(await caller.call('relay', { tool: 'acme/deep:down-0', with: { to } }))
    expect(await down(7)).toBe('depth 8')
    expect(await down(8)).toBe('CALL_DEPTH')
  })

  it('is not guessed when two installations offer it', async () => {
    const twin = { id: 'acme/twin', tools: ['t'], code: `c.tools.handle('t', () => 'one')` }
    await town.add({ ...twin, label: 'one' })
    expect(textOf(await caller.call('relay', { tool: 'acme/twin:t' }))).toBe('one')
    await town.add({ ...twin, label: 'two' })
    expect(await relay('acme/twin:t')).toMatchObject({ code: 'TOOL_AMBIGUOUS' })
  })
})
