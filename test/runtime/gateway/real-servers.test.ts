import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openProcessUpstream } from '../../../runtime/src/gateway/upstream/open-process-upstream.ts'
import { startProcess } from '../../../runtime/src/sandbox/process/start-process.ts'
import { identity, processUpstream, type RunningGateway, startGateway } from './harness.ts'
import { connectLegacy, connectModern, textOf } from './sdk-clients.ts'

const root = resolve(import.meta.dirname, '../../..')
const packages = 'node_modules/@modelcontextprotocol'

describe('stdio servers as they come from npm [G3]', () => {
  let nexus: RunningGateway
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nexus-files-'))
    await writeFile(join(folder, 'hello.txt'), 'hello from a file')
    nexus = await startGateway()
    nexus.add(processUpstream('everything', `${packages}/server-everything/dist/index.js`, ['stdio']))
    nexus.add(
      openProcessUpstream({
        identity: identity('files'),
        start: () =>
          Promise.resolve(
            startProcess({
              command: process.execPath,
              args: [join(root, packages, 'server-filesystem/dist/index.js'), folder],
              env: {},
              readable: [root],
              writable: [folder],
            }),
          ),
      }),
    )
    nexus.add(processUpstream('memory', `${packages}/server-memory/dist/index.js`))
  })
  afterAll(async () => {
    await nexus[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  for (const [era, connect] of [
    ['legacy', connectLegacy],
    ['modern', connectModern],
  ] as const) {
    it(`a ${era} client uses server-everything, -filesystem and -memory at once`, async () => {
      const client = await connect(`${nexus.url}/mcp`)
      const names = (await client.listTools()).tools.map(({ name }) => name)
      expect(names).toEqual(expect.arrayContaining(['echo', 'read_text_file', 'create_entities']))
      expect(textOf(await client.callTool({ name: 'echo', arguments: { message: 'hi' } }))).toContain('hi')
      expect(
        textOf(await client.callTool({ name: 'read_text_file', arguments: { path: join(folder, 'hello.txt') } })),
      ).toBe('hello from a file')
      expect(textOf(await client.callTool({ name: 'read_graph', arguments: {} }))).toContain('entities')
      expect((await client.listPrompts()).prompts.length).toBeGreaterThan(0)
      const [resource] = (await client.listResources()).resources
      expect((await client.readResource({ uri: resource?.uri ?? '' })).contents.length).toBeGreaterThan(0)
      await client.close()
    })
  }
})
