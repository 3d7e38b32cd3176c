import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PluginManifest, parseManifest } from '@nexus/plugin-api'
import { createIsolateUpstream } from '../../../../runtime/src/gateway/upstream/create-isolate-upstream.ts'
import { openIsolateHost } from '../../../../runtime/src/sandbox/isolate/open-isolate-host.ts'
import type { Sandbox } from '../../../../runtime/src/sandbox/sandbox.ts'
import { limits } from '../../../escape/arena.ts'
import { identity, type RunningGateway, startGateway, WORKSPACE } from '../harness.ts'
import { openClient, saidBy } from './pairs.ts'

const CODE = `export default { activate({ tools }) {
  const question = (message) => ({ method: 'elicitation/create',
    params: { message, requestedSchema: { type: 'object', properties: { name: { type: 'string' } } } } })
  tools.handle('twice', (args, call) => {
    const { inputResponses, requestState } = call
    const told = { ...JSON.parse(requestState ?? '{}'), ...inputResponses }
    const wanted = ['first', 'second'].find((name) => told[name] === undefined)
    if (wanted === undefined) return JSON.stringify(told)
    return { resultType: 'input_required', inputRequests: { [wanted]: question(wanted) }, requestState: JSON.stringify(told) }
  })
} }`

function manifest(): PluginManifest {
  const parsed = parseManifest({
    manifestVersion: 1,
    id: 'nexus/asking',
    version: '1.0.0',
    kind: 'connector',
    displayName: 'Asking',
    description: 'For tests.',
    license: 'MIT',
    engines: { nexus: '>=0.1.0' },
    permissions: { client: [{ ask: 'elicitation', reason: 'Asks for a name.' }] },
    contributes: { tools: [{ name: 'twice', description: 'Asks twice.', inputSchema: { type: 'object' } }] },
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues))
  return parsed.manifest
}

describe('a plugin in an isolate that asks [G2]', () => {
  const cleanup = new AsyncDisposableStack()
  let nexus: RunningGateway

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nexus-isolate-'))
    cleanup.defer(() => rm(folder, { recursive: true, force: true }))
    const host = cleanup.use(await openIsolateHost({ cacheDir: folder, logger: { warn: () => undefined } }))
    nexus = cleanup.use(await startGateway())
    const codeDigest = `sha256:${createHash('sha256').update(CODE).digest('hex')}`
    const lifecycle = { start: 'eager', idleStopMs: 0, instances: 1 } as const
    const features = { webAssembly: false, sharedArrayBuffer: false }
    const profile = {
      name: 'test',
      title: 'Test',
      description: '',
      tier: 'isolate',
      limits,
      lifecycle,
      features,
    } as const
    const start = {
      installationId: 'installation-asking',
      workspaceId: WORKSPACE,
      manifest: manifest(),
      code: CODE,
      codeDigest,
      config: {},
      profile,
      limits,
    }
    const nothing = { call: (capability: string) => Promise.reject(new Error(`Not granted: ${capability}`)) }
    let running: Promise<Sandbox> | undefined
    const upstream = createIsolateUpstream({
      identity: { ...identity('asking'), pluginId: 'nexus/asking' },
      manifest: manifest(),
      sandbox: () => (running ??= host.open(start, nothing, AbortSignal.timeout(20_000))),
      asks: { granted: ['elicitation'], used: () => undefined },
    })
    nexus.add(upstream)
    cleanup.defer(async () => (await running)?.[Symbol.asyncDispose]())
  })
  afterAll(() => cleanup.disposeAsync())

  for (const era of ['legacy', 'modern'] as const) {
    it(`reaches a ${era} client, round after round, with its state between them`, async () => {
      const client = await openClient(era, nexus)
      const result = await client.request('tools/call', { name: 'twice', arguments: {} })
      expect(saidBy(result)).toEqual({
        first: { action: 'accept', content: { name: 're: first' } },
        second: { action: 'accept', content: { name: 're: second' } },
      })
      await client.close()
    })
  }

  it('never asks a modern client what it did not declare', async () => {
    const client = await openClient('modern', nexus, {})
    await expect(client.request('tools/call', { name: 'twice', arguments: {} })).rejects.toMatchObject({
      code: -32_021,
    })
    await client.close()
  })
})
