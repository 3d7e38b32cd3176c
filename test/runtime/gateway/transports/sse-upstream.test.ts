// oxlint-disable typescript/no-unsafe-type-assertion -- a listening TCP server has an AddressInfo
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSseServer, type SseServer } from '../../../fixtures/mcp/sdk-sse.ts'
import { remoteUpstream, type RunningGateway, startGateway } from '../harness.ts'
import { connectLegacy, connectModern, textOf } from '../sdk-clients.ts'

describe('a remote server that speaks HTTP+SSE only [G1]', () => {
  const cleanup: AsyncDisposable[] = []
  let nexus: RunningGateway
  let old: SseServer
  beforeEach(async () => {
    old = await startSseServer()
    nexus = await startGateway()
    cleanup.push(nexus, old)
    nexus.add(remoteUpstream('old', old.url))
  })
  afterEach(async () => {
    for (const one of cleanup.splice(0)) await one[Symbol.asyncDispose]()
  })

  it('is found out by the refused POST, and used by clients of both eras over one stream', async () => {
    const legacy = await connectLegacy(`${nexus.url}/mcp`)
    expect((await legacy.listTools()).tools.map(({ name }) => name)).toContain('add')
    expect(textOf(await legacy.callTool({ name: 'add', arguments: { a: 1, b: 2 } }))).toBe('3')
    const modern = await connectModern(`${nexus.url}/mcp`)
    expect(textOf(await modern.callTool({ name: 'add', arguments: { a: 20, b: 22 } }))).toBe('42')
    expect(old.streams()).toBe(1)
    expect(old.refusedPosts()).toBeGreaterThan(0)
    await legacy.close()
    await modern.close()
  })

  it('carries progress, questions and changes of its list', async () => {
    const client = await connectLegacy(`${nexus.url}/mcp`, 'alice', { elicitation: {} })
    client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'decline' }))
    const seen: number[] = []
    await client.callTool({ name: 'steps', arguments: {} }, undefined, {
      onprogress: ({ progress }) => void seen.push(progress),
    })
    expect(seen).toEqual([1])
    expect(textOf(await client.callTool({ name: 'ask', arguments: {} }))).toBe('decline')
    old.addTool()
    await expect
      .poll(async () => (await client.listTools()).tools.map(({ name }) => name), { timeout: 10_000 })
      .toContain('extra_1')
    await client.close()
  })

  it('answers many calls at once, each with its own result', async () => {
    const client = await connectModern(`${nexus.url}/mcp`)
    const sums = Array.from({ length: 20 }, (_, index) => index)
    const answers = await Promise.all(sums.map((a) => client.callTool({ name: 'add', arguments: { a, b: 1 } })))
    expect(answers.map(textOf)).toEqual(sums.map((a) => String(a + 1)))
    await client.close()
  })

  it('fails the calls under way when the stream is cut, and works again by itself', async () => {
    const client = await connectModern(`${nexus.url}/mcp`)
    await client.callTool({ name: 'add', arguments: { a: 1, b: 1 } })
    const hanging = client.callTool({ name: 'hang', arguments: {} })
    await client.callTool({ name: 'add', arguments: { a: 1, b: 1 } })
    old.cut()
    await expect(hanging).rejects.toMatchObject({ data: { code: 'UPSTREAM_DIED' } })
    await expect
      .poll(
        () =>
          client.callTool({ name: 'add', arguments: { a: 2, b: 2 } }).then(textOf, (error: unknown) => String(error)),
        { timeout: 15_000 },
      )
      .toBe('4')
    await client.close()
  })
})

type Serve = (request: IncomingMessage, response: ServerResponse) => void

/** A server that opens a stream at GET and treats every POST as told. */
async function startWild(stream: (response: ServerResponse) => void, post: Serve) {
  const posts: string[] = []
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      return stream(response)
    }
    if (request.url === '/sse') return response.writeHead(405).end()
    posts.push(request.url ?? '')
    return post(request, response)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sse`,
    posts,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

describe('a hostile HTTP+SSE server [G1, G3]', () => {
  it.each([
    ['another host', 'http://127.0.0.2:9/messages'],
    ['another port', 'http://127.0.0.1:9/messages'],
    ['another scheme', 'https://127.0.0.1/messages'],
    ['credentials in the address', 'http://me:secret@127.0.0.1:PORT/messages'],
    ['no address at all', 'http://['],
    ['a file', 'file:///etc/passwd'],
  ])('is refused when it names %s for messages', async (_what, endpoint) => {
    await using elsewhere = await startWild(
      (response) => response.end(),
      (_request, response) => response.writeHead(202).end(),
    )
    await using wild = await startWild(
      (response) => {
        const port = new URL(wild.url).port
        response.write(`event: endpoint\ndata: ${endpoint.replace('PORT', port)}\n\n`)
      },
      (_request, response) => response.writeHead(202).end(),
    )
    await using nexus = await startGateway()
    const upstream = nexus.add(remoteUpstream('wild', wild.url))
    await expect(upstream.catalog(AbortSignal.timeout(10_000))).rejects.toMatchObject({ code: 'UPSTREAM_PROTOCOL' })
    expect(wild.posts).toEqual([])
    expect(elsewhere.posts).toEqual([])
  })

  it('costs one request when it refuses its message, and the others go on', async () => {
    let stream: ServerResponse | undefined
    await using wild = await startWild(
      (response) => {
        stream = response
        response.write('event: endpoint\ndata: /messages\n\n')
      },
      (request, response) => {
        let text = ''
        request.on('data', (chunk: Buffer) => (text += chunk.toString()))
        request.on('end', () => {
          const message = JSON.parse(text) as { id?: number; method: string; params?: { name?: string } }
          if (message.params?.name === 'refused') return response.writeHead(400).end('no')
          response.writeHead(202).end()
          if (message.id === undefined) return undefined
          const results: Record<string, object> = {
            initialize: {
              protocolVersion: '2024-11-05',
              capabilities: { tools: {} },
              serverInfo: { name: 'w', version: '1' },
            },
            'tools/list': {
              tools: ['fine', 'refused'].map((name) => ({ name, inputSchema: { type: 'object' } })),
            },
            'tools/call': { content: [{ type: 'text', text: 'fine' }] },
          }
          const answer = { jsonrpc: '2.0', id: message.id, result: results[message.method] ?? {} }
          return stream?.write(`event: message\ndata: ${JSON.stringify(answer)}\n\n`)
        })
      },
    )
    await using nexus = await startGateway()
    nexus.add(remoteUpstream('wild', wild.url))
    const client = await connectModern(`${nexus.url}/mcp`)
    await expect(client.callTool({ name: 'refused', arguments: {} })).rejects.toThrow(/HTTP 400/)
    expect(textOf(await client.callTool({ name: 'fine', arguments: {} }))).toBe('fine')
    await client.close()
  })

  it('is given up when it never says where to send messages', async () => {
    await using wild = await startWild(
      (response) => response.end(': nothing\n\n'),
      (_request, response) => response.writeHead(202).end(),
    )
    await using nexus = await startGateway()
    const upstream = nexus.add(remoteUpstream('wild', wild.url))
    await expect(upstream.catalog(AbortSignal.timeout(10_000))).rejects.toMatchObject({ code: 'UPSTREAM_PROTOCOL' })
  })
})
