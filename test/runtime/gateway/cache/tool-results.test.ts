import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCacheDesk } from '../../../../runtime/src/gateway/cache/index.ts'
import { addInstallation } from '../../store/rows.ts'
import { type RunningGateway, WORKSPACE, principal, startGateway } from '../harness.ts'
import { type ScriptedUpstream, scriptedUpstream, tool } from '../scripted-upstream.ts'
import { modern } from '../wire.ts'

let nexus: RunningGateway
let upstream: ScriptedUpstream
const readOnly = { annotations: { readOnlyHint: true } }
beforeEach(async () => {
  nexus = await startGateway()
  await addInstallation(nexus.store, WORKSPACE, { id: 'installation-files', label: 'files' })
  upstream = scriptedUpstream('files', { tools: [tool('look', readOnly), tool('write')] })
  let turn = 0
  upstream.answer(() => ({ content: [{ type: 'text', text: String((turn += 1)) }] }))
  nexus.add(upstream)
})
afterEach(() => nexus[Symbol.asyncDispose]())

const admin = principal('user:ada')
const desk = () => {
  const { gateway, store, events } = nexus
  const audit = { record: (event: (typeof events)[number]) => void events.push(event) }
  return createCacheDesk({ store, audit, upstreams: gateway.upstreams, cache: gateway.cache })
}
const allow = (name: string, scope: 'public' | 'private' = 'private', forced = false) =>
  desk().set(admin, 'installation-files', name, { ttlMs: 60_000, scope, forced }, 'request')

async function call(name: string, args: Record<string, unknown> = {}, token = 'alice') {
  const response = await modern(nexus, 'tools/call', { name, arguments: args }, { token })
  const body: { result?: { content: { text: string }[] }; error?: unknown } = JSON.parse(await response.text())
  return body.result?.content[0]?.text ?? body.error
}
const cachedInAudit = () =>
  nexus.events.filter(({ action }) => action === 'tool.called').map(({ details }) => details?.['cached'] === true)

describe('results of a tool [G7]', () => {
  it('are never given again unless an admin says so', async () => {
    expect([await call('look'), await call('look')]).toEqual(['1', '2'])
  })

  it('are given again to their caller, whatever the order of arguments, and the audit trail says so', async () => {
    await allow('look')
    expect(await call('look', { a: 1, b: { c: 2, d: 3 } })).toBe('1')
    expect(await call('look', { b: { d: 3, c: 2 }, a: 1 })).toBe('1')
    expect(await call('look', { a: 2 })).toBe('2')
    expect(await call('look', { a: 1, b: { c: 2, d: 3 } }, 'bob')).toBe('3')
    expect(cachedInAudit()).toEqual([false, true, false, false])
  })

  it('are given to others where an admin says that too', async () => {
    await allow('look', 'public')
    expect([await call('look'), await call('look', {}, 'bob')]).toEqual(['1', '1'])
  })

  it('are decided on for every caller before', async () => {
    await allow('look', 'public')
    await call('look')
    nexus.policy.denied.add('look')
    expect(await call('look', {}, 'bob')).toMatchObject({ message: expect.stringContaining('denied') })
    expect(upstream.asked).toHaveLength(1)
  })

  it('are reviewed for every caller after', async () => {
    await allow('look', 'public')
    expect(await call('look')).toBe('1')
    nexus.policy.review = 'reviewed'
    expect(await call('look', {}, 'bob')).toBe('reviewed')
    nexus.policy.review = undefined
    expect(await call('look', {}, 'bob')).toBe('1')
  })

  it.each([
    ['an error', { isError: true }],
    ['a question', { resultType: 'input_required', inputRequests: {} }],
  ])('are not kept when they are %s', async (_what, more) => {
    await allow('look')
    upstream.answer(() => ({ content: [{ type: 'text', text: 'no' }], ...more }))
    await call('look')
    await call('look')
    expect(upstream.asked).toHaveLength(2)
  })

  it('are forgotten when the tools of the server change, and when an admin takes the word back', async () => {
    await allow('look')
    await call('look')
    upstream.tell({ kind: 'tools' })
    expect(await call('look')).toBe('2')
    expect(await desk().remove(admin, 'installation-files', 'look', 'request')).toBe(true)
    expect([await call('look'), await call('look')]).toEqual(['3', '4'])
  })

  it('need a tool that says it only reads, or an admin who insists', async () => {
    await expect(allow('write')).rejects.toMatchObject({ code: 'CACHE_NOT_READ_ONLY' })
    await expect(allow('nothing')).rejects.toMatchObject({ code: 'CACHE_TOOL_UNKNOWN' })
    await allow('write', 'private', true)
    expect([await call('write'), await call('write')]).toEqual(['1', '1'])
    expect(nexus.events.find(({ action }) => action === 'cache.tool-set')).toMatchObject({
      target: 'acme/notes:write',
      details: { forced: true, scope: 'private', ttlMs: 60_000 },
    })
  })

  it('are not given again once the tool no longer says that it only reads', async () => {
    await allow('look')
    await call('look')
    upstream.offer({ tools: [tool('look'), tool('write')] })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect([await call('look'), await call('look')]).toEqual(['2', '3'])
  })

  it('are an admin’s matter', async () => {
    const member = principal('token:member', WORKSPACE, ['tools:call'])
    const change = { ttlMs: 1_000, scope: 'public', forced: true } as const
    await expect(desk().set(member, 'installation-files', 'look', change, 'r')).rejects.toMatchObject({
      code: 'IDENTITY_FORBIDDEN',
    })
  })
})
