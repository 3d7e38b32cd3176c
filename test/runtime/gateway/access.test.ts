// oxlint-disable typescript/no-unsafe-type-assertion -- test servers that believe whatever they are sent
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RECHECK_MS } from '../../../runtime/src/gateway/limits.ts'
import { readInputRequests } from '../../../runtime/src/gateway/bridge/read-input-request.ts'
import { drain, MAX_MESSAGES_UNDER_WAY } from '../../../runtime/src/gateway/upstream/remote/endpoint.ts'
import { openHttpSession } from '../../../runtime/src/gateway/upstream/remote/http-session.ts'
import { RpcResult } from '../../../runtime/src/gateway/wire/rpc-result.ts'
import { openEgress, type RunningGateway, startGateway } from './harness.ts'
import { scriptedUpstream, tool } from './scripted-upstream.ts'
import { modern, openSession } from './wire.ts'

let nexus: RunningGateway
beforeEach(async () => {
  nexus = await startGateway()
})
afterEach(async () => {
  vi.useRealTimers()
  await nexus[Symbol.asyncDispose]()
})

/** Resolves with all of a stream, however it ends. */
async function readAll(response: Response): Promise<string> {
  let text = ''
  const decoder = new TextDecoder()
  try {
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk as Uint8Array, { stream: true })
  } catch {
    text += ' [cut off]'
  }
  return text
}

describe('open streams and the right to them [G1, I1]', () => {
  const openers = {
    'subscriptions/listen': () => modern(nexus, 'subscriptions/listen', { notifications: { toolsListChanged: true } }),
    'the stream of a legacy session': async () => {
      const { id } = await openSession(nexus)
      return nexus.fetch('/mcp', { headers: { accept: 'text/event-stream', 'mcp-session-id': id } })
    },
    'the stream of HTTP+SSE': () => nexus.fetch('/sse', { headers: { accept: 'text/event-stream' } }),
  }

  it.each(Object.keys(openers) as (keyof typeof openers)[])('%s ends when its token is revoked', async (name) => {
    nexus.add(scriptedUpstream('a', { tools: [tool('go')] }))
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const response = await openers[name]()
    expect(response.status).toBe(200)
    const read = readAll(response)
    vi.advanceTimersByTime(RECHECK_MS)
    await new Promise((resolve) => setTimeout(resolve, 50))
    nexus.revoked.add('alice')
    vi.advanceTimersByTime(RECHECK_MS)
    expect(await read).toContain('[cut off]')
  })
})

describe('what policy and people see of a call [I5, G9]', () => {
  it('all that a method only the upstream knows is sent', async () => {
    nexus.add(
      scriptedUpstream('a', { tools: [tool('go')], capabilities: { tools: {}, extensions: { 'acme/run': {} } } }),
    )
    const answer = await modern(nexus, 'acme/run', { name: 'go', command: 'rm', arguments: { harmless: true } })
    expect(answer.status).toBe(200)
    expect(nexus.policy.asked.at(-1)?.arguments).toEqual({
      method: 'acme/run',
      params: { name: 'go', command: 'rm', arguments: { harmless: true } },
    })
  })
})

describe('upstreams that say too much [G3]', () => {
  it('a resource that is updated a thousand times in a moment is told of once', async () => {
    const upstream = scriptedUpstream('a', {
      resources: [{ uri: 'a://1', name: 'one' }],
      capabilities: { tools: {}, resources: { subscribe: true } },
    })
    nexus.add(upstream)
    const stop = new AbortController()
    const wanted = { notifications: { resourceSubscriptions: ['a://1'] } }
    const response = await modern(nexus, 'subscriptions/listen', wanted, { signal: stop.signal })
    const read = readAll(response)
    await expect.poll(() => upstream.asked.some(({ method }) => method === 'resources/subscribe')).toBe(true)
    for (let count = 0; count < 1_000; count += 1) upstream.tell({ kind: 'resource', uri: 'a://1' })
    await new Promise((resolve) => setTimeout(resolve, 400))
    stop.abort()
    expect((await read).split('notifications/resources/updated').length - 1).toBe(1)
  })

  it('a modern upstream may ask only so many questions at once', () => {
    const asked = (count: number) =>
      RpcResult.of({
        resultType: 'input_required',
        inputRequests: Object.fromEntries(
          Array.from({ length: count }, (_, index) => [`q${index}`, { method: 'elicitation/create' }]),
        ),
      })
    expect(readInputRequests(asked(16))).toHaveLength(16)
    expect(() => readInputRequests(asked(17))).toThrow(expect.objectContaining({ code: 'UPSTREAM_PROTOCOL' }))
  })

  it('a server that asks and never takes the answers loses its connection, not the host its memory', async () => {
    const held: ServerResponse[] = []
    const server = createServer((request, response) => {
      if (request.method === 'GET') {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        for (let id = 0; id < MAX_MESSAGES_UNDER_WAY + 100; id += 1) {
          response.write(`data: {"jsonrpc":"2.0","id":${id},"method":"ping"}\n\n`)
        }
        return
      }
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')))
      request.on('end', () => {
        const { id, method } = JSON.parse(body) as { id?: number; method?: string }
        if (method === 'initialize') {
          const serverInfo = { name: 'greedy', version: '1' }
          const result = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo }
          response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 's' })
          response.end(JSON.stringify({ jsonrpc: '2.0', id, result }))
        } else if (method !== undefined) response.writeHead(202).end()
        else held.push(response)
      })
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const endpoint = { label: 'greedy', url, egress: openEgress, headers: () => ({}) }
    const events = { notified: () => undefined, admits: () => true }
    const connection = await openHttpSession(endpoint, events, new AbortController().signal)
    expect(await connection.closed).toMatchObject({ code: 'UPSTREAM_PROTOCOL' })
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  }, 30_000)

  it('an answer that nobody needs is not read for ever', async () => {
    let sent = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        sent += 1
        yield await Promise.resolve(new Uint8Array(16_384))
      }
    }
    await drain({ status: 200, headers: {}, body: endless() })
    expect(sent).toBeLessThan(10)
  })
})
