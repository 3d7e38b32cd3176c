import type { Client as ModernClient } from '@modelcontextprotocol/client'
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js'
import { join, resolve } from 'node:path'
import { openProcessUpstream } from '../../../../runtime/src/gateway/upstream/open-process-upstream.ts'
import type { Upstream } from '../../../../runtime/src/gateway/upstream/upstream.ts'
import { startProcess } from '../../../../runtime/src/sandbox/process/start-process.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { identity, processUpstream, remoteUpstream, type RunningGateway, startGateway, WILD } from '../harness.ts'
import { connectLegacy, connectModern, textOf } from '../sdk-clients.ts'
import { type FaultyServer, startFaultyServer } from './faulty-server.ts'
import { META, modern as send } from '../wire.ts'
import { expectBoundedMemory, expectNoCost } from './neighbour.ts'

const root = resolve(import.meta.dirname, '../../../..')
const FAULTY = 'test/fixtures/mcp/faulty-stdio.ts'

/** Asked often whether it lives, so that no test waits for the default. */
function faultyProcess(): Upstream {
  return openProcessUpstream({
    identity: identity('faulty'),
    limits: { probeMs: 300 },
    start: () =>
      Promise.resolve(
        startProcess({ command: process.execPath, args: [join(root, FAULTY)], env: {}, readable: [root] }),
      ),
  })
}

type Client = LegacyClient | ModernClient

/** Text of the answer, or the code of the error; `timeout` is how long the client itself waits. */
async function outcome(client: Client, name: string, timeout = 30_000): Promise<string> {
  const options = { timeout, onprogress: () => undefined }
  try {
    const called = { name, arguments: {} }
    return textOf(
      await (client instanceof LegacyClient
        ? client.callTool(called, undefined, options)
        : client.callTool(called, options)),
    )
  } catch (error) {
    const { data } = error as { readonly data?: { readonly code?: string } }
    return data?.code ?? (error instanceof Error ? error.message : 'unknown')
  }
}

async function flood(nexus: RunningGateway): Promise<void> {
  const params = { name: 'f_flood', arguments: {}, _meta: { ...META, progressToken: 'flood' } }
  const text = await (await send(nexus, 'tools/call', params)).text()
  expect(text).toContain('done')
  const notices = text.split('notifications/').length - 1
  expect(notices).toBeGreaterThan(0)
  expect(notices).toBeLessThan(20_000)
}

/** What the caller of each fault is told. `undefined`: nothing comes, and the client gives up. */
const FAULTS: readonly (readonly [
  tool: string,
  title: string,
  stdio: RegExp | undefined | 'none',
  http: RegExp | undefined | 'none',
])[] = [
  ['f_slow', 'a slow one', /^done$/, /^done$/],
  ['f_silent', 'a silent one', undefined, undefined],
  ['f_garbage', 'one that writes garbage', /^done$/, /^UPSTREAM_PROTOCOL$/],
  ['f_half_closed', 'a half-closed one', /^UPSTREAM_DIED$/, /^UPSTREAM_DIED$/],
  ['f_huge', 'one with a line of 10 MB and more', /^UPSTREAM_TOO_LARGE$/, /^UPSTREAM_TOO_LARGE$/],
  ['f_endless', 'one whose stream never ends', 'none', undefined],
  ['f_storm', 'one whose lists change every millisecond', /^done$/, /^done$/],
  ['f_wrong_ids', 'one that answers with wrong ids', undefined, /^UPSTREAM_(DIED|PROTOCOL)$/],
  ['f_flood', 'one that floods with notifications', /^done$/, /^done$/],
]

describe.each(['stdio', 'http'] as const)('faults of an upstream over %s [G3]', (transport) => {
  let nexus: RunningGateway
  let server: FaultyServer
  let old: LegacyClient
  let modern: ModernClient

  beforeEach(async () => {
    nexus = await startGateway()
    nexus.add(processUpstream('calm', WILD))
    server = await startFaultyServer()
    nexus.add(transport === 'stdio' ? faultyProcess() : remoteUpstream('faulty', server.url))
    old = await connectLegacy(`${nexus.url}/mcp`)
    modern = await connectModern(`${nexus.url}/mcp`)
    expect((await old.listTools()).tools.map(({ name }) => name)).toContain('f_ok')
  })
  afterEach(async () => {
    await old.close()
    await modern.close()
    await nexus[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  /** In the old session, in a new one, and for a modern client. */
  const expectRecovery = async (patienceMs: number) => {
    const fresh = await connectLegacy(`${nexus.url}/mcp`)
    for (const client of [old, fresh, modern]) {
      await expect.poll(() => outcome(client, 'f_ok'), { timeout: patienceMs, interval: 50 }).toBe('fine')
    }
    await fresh.close()
  }

  for (const [tool, title, stdio, http] of FAULTS) {
    const expected = transport === 'stdio' ? stdio : http
    if (expected === 'none') continue
    it(`${title} tells its caller, costs its neighbours nothing, and works again by itself`, async () => {
      await outcome(old, 'echo')
      await expectBoundedMemory(400, () =>
        expectNoCost(
          () => outcome(modern, 'echo'),
          async () => {
            // A client of an SDK would need more time to read the flood than it took to pass it on.
            if (tool === 'f_flood') return await flood(nexus)
            for (const client of [old, modern]) {
              const found = await outcome(client, tool, expected === undefined ? 500 : 30_000)
              if (expected === undefined) expect(found).toMatch(/timed out|aborted/i)
              else expect(found).toMatch(expected)
            }
          },
        ),
      )
      await expectRecovery(10_000)
    }, 90_000)
  }

  it('one that dies in a call tells its caller at once and is used again within a second of its return', async () => {
    const began = performance.now()
    expect(await outcome(old, 'f_die')).toBe('UPSTREAM_DIED')
    const tookMs = performance.now() - began
    // 100 ms, and what a busy machine adds.
    expect(tookMs).toBeLessThan(1_000)
    await expectNoCost(
      () => outcome(modern, 'echo'),
      () => outcome(modern, 'f_ok'),
    )
    await using again = transport === 'http' ? await startFaultyServer(server.port) : undefined
    expect(again?.port ?? server.port).toBe(server.port)
    await expectRecovery(5_000)
  }, 60_000)

  if (transport === 'stdio')
    it('one that closes its standard input is started again once it is found deaf', async () => {
      expect(await outcome(old, 'f_deaf')).toBe('done')
      // Whoever calls meanwhile waits, as with any silent server; a process with calls in flight may be at work.
      expect(await outcome(old, 'f_ok', 300)).toMatch(/timed out|aborted/i)
      await new Promise((done) => setTimeout(done, 4_000))
      await expectRecovery(10_000)
    }, 60_000)

  it('lists stay complete and fast while it is gone', async () => {
    const before = (await old.listTools()).tools.map(({ name }) => name)
    await outcome(old, 'f_die')
    for (const client of [old, modern]) {
      const began = performance.now()
      expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(before)
      expect(performance.now() - began).toBeLessThan(1_000)
    }
  })
})
