import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PluginManifest, parseManifest, type ToolContribution } from '@nexus/plugin-api'
import {
  createIsolateUpstream,
  type IsolateUpstream,
} from '../../../runtime/src/gateway/upstream/create-isolate-upstream.ts'
import { openIsolateHost } from '../../../runtime/src/sandbox/isolate/open-isolate-host.ts'
import type { Sandbox } from '../../../runtime/src/sandbox/sandbox.ts'
import { limits } from '../../escape/arena.ts'
import { identity, type RunningGateway, startGateway, WORKSPACE } from './harness.ts'
import { connectLegacy, connectModern, textOf } from './sdk-clients.ts'

const CODE = `export default { activate({ tools, resources, prompts }) {
  tools.handle('shout', (args, call) => { call.progress(1, 1); return String(args.text).toUpperCase() })
  tools.handle('shape', () => ({ structuredContent: { a: 1 } }))
  tools.handle('broken', () => ({ nothing: true }))
  tools.handle('loop', () => { for (;;); })
  resources.handle('page', (uri) => ({ contents: [{ uri, text: 'page' }] }))
  prompts.handle('ask', (args) => ({ messages: [{ role: 'user', content: { type: 'text', text: args.what } }] }))
} }`

const tool = (name: string) => ({ name, description: `The tool ${name}.`, inputSchema: { type: 'object' } })

function manifest(): PluginManifest {
  const parsed = parseManifest({
    manifestVersion: 1,
    id: 'nexus/demo',
    version: '1.0.0',
    kind: 'connector',
    displayName: 'Demo',
    description: 'For tests.',
    license: 'MIT',
    engines: { nexus: '>=0.1.0' },
    contributes: {
      tools: ['shout', 'shape', 'broken', 'loop'].map(tool),
      resources: [{ uriTemplate: 'page://{id}', name: 'page' }],
      prompts: [{ name: 'ask', arguments: [{ name: 'what' }] }],
    },
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues))
  return parsed.manifest
}

describe('a plugin in an isolate as upstream [G2, G3]', () => {
  const cleanup = new AsyncDisposableStack()
  const defined: ToolContribution[] = []
  let nexus: RunningGateway
  let upstream: IsolateUpstream
  let starts = 0

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nexus-isolate-'))
    cleanup.defer(() => rm(folder, { recursive: true, force: true }))
    const host = cleanup.use(await openIsolateHost({ cacheDir: folder, logger: { warn: () => undefined } }))
    nexus = cleanup.use(await startGateway())
    let running: Promise<Sandbox> | undefined
    const open = async () => {
      starts += 1
      const sandbox = await host.open(
        {
          installationId: 'installation-demo',
          workspaceId: WORKSPACE,
          manifest: manifest(),
          code: CODE,
          codeDigest: `sha256:${createHash('sha256').update(CODE).digest('hex')}`,
          config: {},
          profile: {
            name: 'test',
            title: 'Test',
            description: '',
            tier: 'isolate',
            limits,
            lifecycle: { start: 'eager', idleStopMs: 0, instances: 1 },
            features: { webAssembly: false, sharedArrayBuffer: false },
          },
          limits,
        },
        { call: (capability) => Promise.reject(new Error(`Not granted: ${capability}`)) },
        AbortSignal.timeout(20_000),
      )
      void sandbox.exited.then(() => (running = undefined))
      return sandbox
    }
    upstream = createIsolateUpstream({
      identity: { ...identity('demo'), pluginId: 'nexus/demo' },
      manifest: manifest(),
      sandbox: () => (running ??= open()),
      learnt: () => ({ tools: defined, resources: [], prompts: [] }),
    })
    nexus.add(upstream)
    cleanup.defer(async () => (await running)?.[Symbol.asyncDispose]())
  })
  afterAll(() => cleanup.disposeAsync())

  it('is listed from its manifest without being started, and started once by the first calls', async () => {
    const client = await connectLegacy(`${nexus.url}/mcp`)
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['broken', 'loop', 'shape', 'shout'])
    expect([starts, upstream.state()]).toEqual([0, 'idle'])
    const texts = await Promise.all(
      ['a', 'b', 'c'].map((text) => client.callTool({ name: 'shout', arguments: { text } }).then(textOf)),
    )
    expect(texts).toEqual(['A', 'B', 'C'])
    expect([starts, upstream.state()]).toEqual([1, 'ready'])
    await client.close()
  })

  for (const [era, connect] of [
    ['legacy', connectLegacy],
    ['modern', connectModern],
  ] as const) {
    it(`gives a ${era} client tools, resources and prompts`, async () => {
      const client = await connect(`${nexus.url}/mcp`)
      expect(await client.callTool({ name: 'shape', arguments: {} })).toMatchObject({
        structuredContent: { a: 1 },
        content: [{ type: 'text', text: '{"a":1}' }],
      })
      expect((await client.readResource({ uri: 'page://7' })).contents).toEqual([{ uri: 'page://7', text: 'page' }])
      const { messages } = await client.getPrompt({ name: 'ask', arguments: { what: 'why' } })
      expect(messages).toMatchObject([{ content: { text: 'why' } }])
      await client.close()
    })

    it(`tells a ${era} client the code of a breach and goes on`, async () => {
      const client = await connect(`${nexus.url}/mcp`)
      const code = expect.stringMatching(/^SANDBOX_/)
      await expect(client.callTool({ name: 'loop', arguments: {} })).rejects.toMatchObject({ data: { code } })
      expect(textOf(await client.callTool({ name: 'shout', arguments: { text: 'on' } }))).toBe('ON')
      await client.close()
    })
  }

  it('refuses a result that is no tool result', async () => {
    const client = await connectModern(`${nexus.url}/mcp`)
    await expect(client.callTool({ name: 'broken', arguments: {} })).rejects.toMatchObject({
      data: { code: 'UPSTREAM_PROTOCOL' },
    })
    await client.close()
  })

  it('shows tools that an adapter defines at run time', async () => {
    const client = await connectModern(`${nexus.url}/mcp`)
    defined.push({ name: 'late', description: 'Late.', inputSchema: { type: 'object' } })
    upstream.changed('tools')
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('late')
    await client.close()
  })
})
