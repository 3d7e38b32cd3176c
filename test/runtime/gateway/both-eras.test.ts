import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FixtureServer, startLegacyServer, startModernServer } from '../../fixtures/mcp/sdk-http.ts'
import { processUpstream, remoteUpstream, type RunningGateway, startGateway, WILD } from './harness.ts'
import { connectLegacy, connectModern, textOf } from './sdk-clients.ts'

describe('both eras at one URL [G1, G2, G3]', () => {
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

  for (const [era, connect] of [
    ['legacy', connectLegacy],
    ['modern', connectModern],
  ] as const) {
    it(`a ${era} client sees the tools, resources and prompts of all upstreams`, async () => {
      const client = await connect(`${nexus.url}/mcp`)
      const tools = (await client.listTools()).tools.map(({ name }) => name)
      expect(tools).toEqual(expect.arrayContaining(['echo', 'pid', 'old__add', 'new__add', 'old__ask', 'new__ask']))
      expect(tools).toEqual(tools.toSorted())
      expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual([
        'greet',
        'new__hello',
        'old__hello',
      ])
      expect((await client.listResources()).resources.map(({ uri }) => uri)).toEqual(['note://one', 'wild://cancelled'])
      await client.close()
    })

    it(`a ${era} client calls tools behind stdio, a legacy server and a modern server`, async () => {
      const client = await connect(`${nexus.url}/mcp`)
      expect(textOf(await client.callTool({ name: 'echo', arguments: { a: 1 } }))).toBe('{"a":1}')
      expect(textOf(await client.callTool({ name: 'old__add', arguments: { a: 1, b: 2 } }))).toBe('3')
      expect(await client.callTool({ name: 'new__add', arguments: { a: 3, b: 4 } })).toMatchObject({
        structuredContent: { sum: 7 },
      })
      expect((await client.readResource({ uri: 'note://one' })).contents).toMatchObject([{ text: 'a note' }])
      expect((await client.getPrompt({ name: 'old__hello' })).messages).toHaveLength(1)
      await client.close()
    })

    it(`a ${era} client gets progress under its own token from each kind of upstream`, async () => {
      const client = await connect(`${nexus.url}/mcp`)
      for (const name of ['progress', 'old__steps', 'new__steps']) {
        const seen: number[] = []
        const options = { onprogress: ({ progress }: { readonly progress: number }) => void seen.push(progress) }
        const result = await (client instanceof LegacyClient
          ? client.callTool({ name, arguments: {} }, undefined, options)
          : client.callTool({ name, arguments: {} }, options))
        expect(textOf(result)).toBe('done')
        expect(seen, name).toContain(1)
      }
      await client.close()
    })

    it(`a ${era} client completes prompt arguments`, async () => {
      const client = await connect(`${nexus.url}/mcp`)
      const { completion } = await client.complete({
        ref: { type: 'ref/prompt', name: 'greet' },
        argument: { name: 'who', value: 'a' },
      })
      expect(completion.values).toEqual(['greet'])
      await client.close()
    })
  }

  it('opens one session at a legacy upstream for all its clients', () => {
    expect(legacy.initialized()).toBe(1)
  })
})
