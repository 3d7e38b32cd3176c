import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FixtureServer, startLegacyServer, startModernServer } from '../../fixtures/mcp/sdk-http.ts'
import { processUpstream, remoteUpstream, type RunningGateway, startGateway, WILD } from './harness.ts'
import { connectLegacy, connectModern, textOf } from './sdk-clients.ts'

describe('upstreams that ask the client [G2]', () => {
  let nexus: RunningGateway
  let legacy: FixtureServer
  let modern: FixtureServer

  beforeAll(async () => {
    nexus = await startGateway()
    legacy = await startLegacyServer()
    modern = await startModernServer()
    nexus.add(processUpstream('wild', WILD))
    nexus.add(remoteUpstream('old', legacy.url))
    nexus.add(remoteUpstream('new', modern.url))
  })
  afterAll(async () => {
    await nexus[Symbol.asyncDispose]()
    await legacy[Symbol.asyncDispose]()
    await modern[Symbol.asyncDispose]()
  })

  const elicitation = { elicitation: { form: {} } }

  for (const [name, expected] of [
    ['elicit', '{"action":"accept","content":{"name":"Ada"}}'],
    ['old__ask', 'accept'],
    ['new__ask', 'accept'],
  ] as const) {
    it(`a legacy client answers an elicitation of ${name}`, async () => {
      const client = await connectLegacy(`${nexus.url}/mcp`, 'alice', elicitation)
      client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept' as const, content: { name: 'Ada' } }))
      expect(textOf(await client.callTool({ name }))).toBe(expected)
      await client.close()
    })
  }

  it('a modern client answers an elicitation of a modern upstream', async () => {
    const client = await connectModern(`${nexus.url}/mcp`, 'alice', elicitation)
    client.setRequestHandler('elicitation/create', () => ({ action: 'decline' as const }))
    expect(textOf(await client.callTool({ name: 'new__ask' }))).toBe('decline')
    await client.close()
  })

  it('an upstream is told when the client of the call cannot be asked', async () => {
    const client = await connectLegacy(`${nexus.url}/mcp`)
    expect(textOf(await client.callTool({ name: 'elicit' }))).toContain('-32601')
    await client.close()
  })

  it('a question on a shared process goes to no one while two clients have calls in flight', async () => {
    const [alice, bob] = [
      await connectLegacy(`${nexus.url}/mcp`, 'alice', elicitation),
      await connectLegacy(`${nexus.url}/mcp`, 'bob', elicitation),
    ]
    const asked: string[] = []
    alice.setRequestHandler(
      ElicitRequestSchema,
      () => (asked.push('alice'), { action: 'accept' as const, content: {} }),
    )
    bob.setRequestHandler(ElicitRequestSchema, () => (asked.push('bob'), { action: 'accept' as const, content: {} }))
    const controller = new AbortController()
    const hanging = bob.callTool({ name: 'hang' }, undefined, { signal: controller.signal }).catch(() => 'cancelled')
    await bob.callTool({ name: 'pid' })
    expect(textOf(await alice.callTool({ name: 'elicit' }))).toContain('none or several')
    expect(asked).toEqual([])
    controller.abort()
    await hanging
    await alice.close()
    await bob.close()
  })
})
