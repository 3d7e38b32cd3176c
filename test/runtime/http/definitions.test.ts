import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createEventReader } from '../../../runtime/src/cli/event-reader.ts'
import type { DefinitionRow } from '../../../runtime/src/store/definition.ts'
import { type HttpHost, openHttpHost } from './http-host.ts'

let host: HttpHost
let workspaceId: string
let installationId: string
beforeAll(async () => {
  host = await openHttpHost()
  workspaceId = (await host.ask('GET', '/api/v1/me')).body.workspace.id
  installationId = await host.install()
})
afterAll(() => host[Symbol.asyncDispose]())

const digest = (letter: string) => `sha256:${letter.repeat(64)}`
const at = new Date('2026-11-21T12:00:00.000Z')

async function hold(name: string, change: Partial<DefinitionRow> = {}): Promise<void> {
  const key = { upstreamId: 'u1', kind: 'tool', name } as const
  await host.store.definitions.insertMissing([
    {
      ...key,
      workspaceId,
      installationId,
      pluginId: 'acme/hello',
      label: 'hello',
      approved: JSON.stringify({ name, description: 'Old.' }),
      approvedDigest: digest('a'),
      approvedAt: at,
      approvedBy: 'install',
      held: undefined,
      heldDigest: undefined,
      heldAt: undefined,
      flags: [],
      rejectedAt: undefined,
      rejectedBy: undefined,
      absentSince: undefined,
      ...change,
    },
  ])
  const held = JSON.stringify({ name, description: 'Ne\u{200b}w.' })
  const flags = [{ code: 'HIDDEN_CHARACTERS', path: '/description', found: 'U+200B zero width' }]
  await host.store.definitions.hold(key, { held, heldDigest: digest('b'), heldAt: at, flags })
}

beforeEach(() => host.store.definitions.clear(installationId))

const decide = (verdict: string, names: readonly string[], letter = 'b', as?: { readonly cookie: string }) =>
  host.ask('POST', '/api/v1/definitions/decision', {
    body: { verdict, items: names.map((name) => ({ upstreamId: 'u1', kind: 'tool', name, digest: digest(letter) })) },
    ...(as !== undefined && { as }),
  })

describe('held definitions over the API [G8]', () => {
  it('are shown with what changed, hidden characters written out', async () => {
    await hold('echo')
    const { body } = await host.ask('GET', '/api/v1/definitions')
    expect(body).toEqual({
      total: 1,
      items: [
        {
          upstreamId: 'u1',
          installationId,
          pluginId: 'acme/hello',
          label: 'hello',
          kind: 'tool',
          name: 'echo',
          change: 'changed',
          digest: digest('b'),
          heldAt: at.toISOString(),
          flags: [{ code: 'HIDDEN_CHARACTERS', path: '/description', found: 'U+200B zero width' }],
          rejected: false,
          served: 'old',
          diff: [
            { change: 'same', text: '{' },
            { change: 'same', text: '  "name": "echo",' },
            { change: 'removed', text: '  "description": "Old."' },
            { change: 'added', text: '  "description": "Ne⟨U+200B⟩w."' },
            { change: 'same', text: '}' },
          ],
        },
      ],
    })
  })

  it('are approved and rejected as they were shown', async () => {
    await hold('echo')
    await hold('other')
    const stale = await decide('approve', ['echo'], 'c')
    expect(stale).toMatchObject({ status: 200, body: { decided: 0, refused: [{ code: 'DEFINITION_CHANGED' }] } })
    expect((await decide('approve', ['echo', 'nothing'])).body).toMatchObject({
      decided: 1,
      refused: [{ name: 'nothing', code: 'DEFINITION_UNKNOWN' }],
    })
    expect((await decide('reject', ['other'])).body).toMatchObject({ decided: 1 })
    const { body } = await host.ask('GET', '/api/v1/definitions')
    expect(body.items).toMatchObject([{ name: 'other', rejected: true }])
    await host.flush()
    const audit = await host.ask('GET', '/api/v1/audit?action=definition.approved')
    expect(audit.body.items[0]).toMatchObject({ target: 'acme/hello:tool:echo', details: { digest: digest('b') } })
  })

  it('are nobody’s to decide without the right', async () => {
    await hold('echo')
    const member = await host.person('member')
    expect((await decide('approve', ['echo'], 'b', member)).status).toBe(403)
  })

  it('show on the overview and in the metrics', async () => {
    await hold('echo')
    const { body } = await host.ask('GET', '/api/v1/overview')
    expect(body.attention).toMatchObject([{ installationId, label: expect.any(String), code: 'DEFINITIONS_HELD' }])
    expect((await host.ask('GET', '/metrics')).text).toMatch(/nexus_definitions_waiting\{workspace="[^"]+"\} 1/)
  })

  it('are counted to whoever listens', async () => {
    await hold('echo')
    const counts: number[] = []
    const stop = new AbortController()
    const answer = await fetch(`${host.url}/api/v1/definition-events`, {
      headers: { cookie: host.cookie },
      signal: stop.signal,
    })
    const reader = createEventReader((data) => counts.push(JSON.parse(data).waiting))
    const decoder = new TextDecoder()
    for await (const chunk of answer.body ?? []) {
      reader.push(decoder.decode(chunk, { stream: true }))
      if (counts.length === 1) await decide('approve', ['echo'])
      if (counts.length === 2) break
    }
    stop.abort()
    expect(counts).toEqual([1, 0])
  })

  it('are met as the setting of their installation says', async () => {
    const path = `/api/v1/installations/${installationId}/definitions`
    expect((await host.ask('GET', path)).body).toEqual({ approval: 'hold', served: 'old' })
    expect((await host.ask('PATCH', path, { body: { served: 'withdrawn' } })).body).toEqual({
      approval: 'hold',
      served: 'withdrawn',
    })
    await hold('echo')
    expect((await host.ask('GET', '/api/v1/definitions')).body.items[0].served).toBe('nothing')
    expect((await host.ask('PATCH', '/api/v1/installations/nope/definitions', { body: {} })).status).toBe(404)
  })
})

describe('results that are given again, over the API [G7]', () => {
  const path = (tool: string) => `/api/v1/installations/${installationId}/cached-tools/${tool}`

  it('are set, listed, cleared and taken back', async () => {
    const put = await host.ask('PUT', path('greet'), { body: { ttlSeconds: 60 } })
    expect(put).toMatchObject({
      status: 200,
      body: { installationId, tool: 'greet', ttlSeconds: 60, scope: 'private', forced: false },
    })
    const { body } = await host.ask('GET', '/api/v1/cache')
    expect(body.items).toMatchObject([{ tool: 'greet' }])
    expect(body.tools).toEqual({ memory: 0, store: 0, shared: 0, miss: 0, bypass: 0 })
    expect((await host.ask('POST', '/api/v1/cache/clear', { body: {} })).body).toEqual({ forgotten: 0 })
    expect((await host.ask('DELETE', path('greet'))).status).toBe(204)
    expect((await host.ask('DELETE', path('greet'))).status).toBe(404)
    expect((await host.ask('GET', '/metrics')).text).toContain('nexus_cache_answers_total{')
  })

  it('are refused for a tool that is not there, or for no sensible time', async () => {
    expect((await host.ask('PUT', path('nothing'), { body: { ttlSeconds: 60 } })).body.code).toBe('CACHE_TOOL_UNKNOWN')
    expect((await host.ask('PUT', path('greet'), { body: { ttlSeconds: 0 } })).status).toBe(422)
  })
})
