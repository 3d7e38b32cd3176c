import { PassThrough } from 'node:stream'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '@nexus/plugin-api'
import { openProcessUpstream } from '../../../runtime/src/gateway/upstream/open-process-upstream.ts'
import { type ChildPort, openStdioConnection } from '../../../runtime/src/gateway/upstream/open-stdio-connection.ts'
import { identity } from './harness.ts'

/** What a server does with a request: a result, an error, nothing, or its end. */
type Reply = { readonly result: JsonObject } | { readonly error: JsonObject } | 'silence' | 'death'
type Server = (method: string) => Reply

const INFO = { name: 'server', version: '1.0.0' }
const REFUSED: Reply = { error: { code: -32601, message: 'Method not found' } }
const INITIALIZED: Reply = { result: { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: INFO } }
const discovered = (...supportedVersions: readonly string[]): Reply => ({
  result: { supportedVersions, capabilities: {}, resultType: 'complete' },
})

/** A process as the gateway sees it: pipes, and a server at their other end. */
function run(server: Server): { readonly child: ChildPort; readonly heard: string[] } {
  const heard: string[] = []
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const exited = Promise.withResolvers<void>()
  createInterface({ input: stdin }).on('line', (line) => {
    const { id, method } = JSON.parse(line) as { id?: number; method: string }
    heard.push(method)
    if (id === undefined) return
    const reply = server(method)
    if (reply === 'death') {
      exited.resolve()
      stdout.end()
    } else if (reply !== 'silence') stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...reply })}\n`)
  })
  const child = { pid: 1, stdin, stdout, stderr, exited: exited.promise, kill: () => exited.resolve() }
  return { child, heard }
}

async function greeted(server: Server, asksModern?: boolean) {
  const { child, heard } = run(server)
  const connection = await openStdioConnection(
    child,
    { notified: () => undefined, admits: () => true },
    new AbortController().signal,
    asksModern,
  )
  await connection.close()
  return [connection.hello.era, ...heard]
}

describe('the revision a server over pipes is spoken to in [G1, G2]', () => {
  it('is the modern one where the server speaks it, and the old handshake is never sent', async () => {
    expect(await greeted((method) => (method === 'server/discover' ? discovered('2026-07-28') : INITIALIZED))).toEqual([
      'modern',
      'server/discover',
    ])
  })

  it.each<[string, Reply]>([
    ['refuses the question', REFUSED],
    ['speaks only later revisions', discovered('2031-01-01')],
    ['answers something else', { result: { hello: true } }],
  ])('is an old one where the server %s', async (_what, reply) => {
    expect(await greeted((method) => (method === 'server/discover' ? reply : INITIALIZED))).toEqual([
      'legacy',
      'server/discover',
      'initialize',
      'notifications/initialized',
    ])
  })

  it('is an old one where the server is silent for long', async () => {
    const [era, ...heard] = await greeted((method) => (method === 'server/discover' ? 'silence' : INITIALIZED))
    expect(era).toBe('legacy')
    expect(heard).toContain('initialize')
  })

  it('is the modern one where the old handshake was tried first and refused', async () => {
    expect(
      await greeted((method) => (method === 'server/discover' ? discovered('2026-07-28') : REFUSED), false),
    ).toEqual(['modern', 'initialize', 'server/discover'])
  })

  it('is an old one at the second start of a server that ended itself at the question', async () => {
    const starts: string[][] = []
    await using upstream = openProcessUpstream({
      identity: identity('touchy'),
      start() {
        const { child, heard } = run((method) => (method === 'server/discover' ? 'death' : INITIALIZED))
        starts.push(heard)
        return Promise.resolve(child)
      },
    })
    await expect
      .poll(() => upstream.catalog(AbortSignal.timeout(5_000)).then(({ serverInfo }) => serverInfo, String), {
        timeout: 15_000,
      })
      .toEqual(INFO)
    expect([starts[0], starts[1]?.[0], starts.length]).toEqual([['server/discover'], 'initialize', 2])
  })
})
