// oxlint-disable typescript/no-unsafe-type-assertion -- what comes off the wire is checked by the assertions
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { principal, type RunningGateway, startGateway, WORKSPACE } from '../harness.ts'
import { connectModern } from '../sdk-clients.ts'
import { modern } from '../wire.ts'
import { definitions } from './definitions.ts'
import { echoUpstream, notes, tickets } from './echo-upstream.ts'

const LISTS = [
  ['tools', 'tools/list'],
  ['prompts', 'prompts/list'],
  ['resources', 'resources/list'],
  ['resourceTemplates', 'resources/templates/list'],
] as const

describe('the preview of a virtual server [G4]', () => {
  let nexus: RunningGateway
  beforeAll(async () => {
    nexus = await startGateway()
    nexus.add(echoUpstream('tickets', tickets, ['work']))
    nexus.add(echoUpstream('notes', notes))
    nexus.policy.hidden.add('write_note')
  })
  afterAll(() => nexus[Symbol.asyncDispose]())

  it('is what a client of that principal gets, whatever the server is', { timeout: 120_000 }, async () => {
    const { virtualServers } = nexus.gateway
    let count = 0
    await fc.assert(
      fc.asyncProperty(definitions, fc.constantFrom('alice', 'bob'), async (definition, who) => {
        count += 1
        const server = { ...definition, name: `s-${count}` }
        const draft = await virtualServers.previewDraft(WORKSPACE, server, principal(`token:${who}`))
        await virtualServers.create(WORKSPACE, server)
        for (const [member, method] of LISTS) {
          const answer = await modern(nexus, method, {}, { path: `/v/${server.name}/mcp`, token: who })
          const { result } = (await answer.json()) as { result?: Record<string, unknown> }
          expect(answer.status).toBe(draft.access ? 200 : 404)
          expect(result?.[member] ?? []).toEqual(draft[member])
        }
        const saved = await virtualServers.previewDraft(WORKSPACE, server, principal(`token:${who}`))
        expect(saved).toEqual(draft)
      }),
      { numRuns: 60 },
    )
  })

  it('is what an official client lists, name by name', async () => {
    const server = {
      name: 'desk',
      title: 'Desk',
      tools: [{ upstream: 'tickets', tool: '*' }],
      exclude: [{ name: 'drop_*' }],
    }
    const { tools } = await nexus.gateway.virtualServers.previewDraft(WORKSPACE, server, principal('token:alice'))
    await nexus.gateway.virtualServers.create(WORKSPACE, server)
    const client = await connectModern(`${nexus.url}/v/desk/mcp`)
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(tools.map(({ name }) => name))
    await client.close()
  })

  it('says what the search finds where clients get it in place of the list', async () => {
    const server = { name: 'found', title: 'Found', tools: [{ upstream: 'notes', tool: '*' }] }
    const look = (mode: 'always' | 'never') =>
      nexus.gateway.virtualServers.previewDraft(
        WORKSPACE,
        { ...server, toolSearch: { mode } },
        principal('token:alice'),
      )
    const [always, never] = [await look('always'), await look('never')]
    expect([always.searched, never.searched]).toEqual([true, false])
    expect(always.tools.map(({ name }) => name)).toEqual(['call_tool', 'describe_tools', 'search_tools'])
    expect(always.sources).toEqual(never.sources)
    const seen = always.sources.filter(({ kind, visible }) => kind === 'tool' && visible)
    expect(seen.map(({ exposed }) => exposed)).toEqual(never.tools.map(({ name }) => name))
    expect(always.sources.find(({ original }) => original === 'write_note')?.visible).toBe(false)
  })

  it('saves nothing and gives no name for good', async () => {
    const server = { name: 'idea', title: 'Idea', tools: [{ upstream: 'tickets', tool: '*' }] }
    const before = await nexus.store.exposedNames.list(WORKSPACE)
    await nexus.gateway.virtualServers.previewDraft(WORKSPACE, server, principal('token:alice'))
    expect(await nexus.store.exposedNames.list(WORKSPACE)).toEqual(before)
    await expect(nexus.gateway.virtualServers.get(WORKSPACE, 'idea')).rejects.toMatchObject({
      code: 'VIRTUAL_SERVER_UNKNOWN',
    })
  })
})
