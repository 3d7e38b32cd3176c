// oxlint-disable typescript/no-unsafe-type-assertion -- a test server that believes whatever it is sent
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openRemoteUpstream } from '../../../runtime/src/gateway/upstream/open-remote-upstream.ts'
import { identity, openEgress, remoteUpstream, type RunningGateway, startGateway } from './harness.ts'
import { connectLegacy, connectModern, textOf } from './sdk-clients.ts'

type Json = Record<string, unknown>
type Behave = (message: Json, request: IncomingMessage, response: ServerResponse) => boolean

/** A legacy server that says exactly what a test wants it to; `behave` answers true when it took the message. */
async function startRawServer(
  behave: Behave,
): Promise<{ readonly url: string; readonly seen: Json[] } & AsyncDisposable> {
  const seen: Json[] = []
  const send = (response: ServerResponse, id: unknown, result: Json, headers: Record<string, string> = {}) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result }))
  }
  const server = createServer((request, response) => {
    if (request.method !== 'POST') {
      response.writeHead(request.method === 'GET' ? 405 : 200).end()
      return
    }
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')))
    request.on('end', () => {
      const message = JSON.parse(body) as Json
      seen.push(message)
      if (behave(message, request, response)) return
      const { id, method } = message
      if (method === 'initialize') {
        const result = {
          protocolVersion: '2025-11-25',
          capabilities: { tools: {} },
          serverInfo: { name: 'raw', version: '1' },
        }
        send(response, id, result, { 'mcp-session-id': `session-${seen.length}` })
      } else if (id === undefined) response.writeHead(202).end()
      else if (method === 'tools/list') send(response, id, { tools: [{ name: 'go', inputSchema: { type: 'object' } }] })
      else if (method === 'tools/call') send(response, id, { content: [{ type: 'text', text: 'went' }] })
      else
        response
          .writeHead(400, { 'content-type': 'application/json' })
          .end('{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"Bad Request"}}')
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

const isCall = (message: Json) => message['method'] === 'tools/call'
const stream = (response: ServerResponse, ...events: Json[]) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const event of events) response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', ...event })}\r\n\r\n`)
}

const secretHeaders = () => Promise.resolve({ authorization: 'Bearer s3cret' })

describe('remote servers that misbehave [G3]', () => {
  let nexus: RunningGateway
  beforeEach(async () => (nexus = await startGateway()))
  afterEach(() => nexus[Symbol.asyncDispose]())

  it('a stream that never ends after its result costs nobody anything', async () => {
    await using raw = await startRawServer((message, _request, response) => {
      if (!isCall(message)) return false
      stream(response, { id: message['id'], result: { content: [{ type: 'text', text: 'early' }] } })
      return true
    })
    nexus.add(remoteUpstream('raw', raw.url))
    const client = await connectModern(`${nexus.url}/mcp`)
    const texts = await Promise.all(
      Array.from({ length: 20 }, () => client.callTool({ name: 'go', arguments: {} }).then(textOf)),
    )
    expect(new Set(texts)).toEqual(new Set(['early']))
    await client.close()
  })

  it('a stream that ends without a result fails its call with a code', async () => {
    await using raw = await startRawServer((message, _request, response) => {
      if (!isCall(message)) return false
      stream(response)
      response.end()
      return true
    })
    nexus.add(remoteUpstream('raw', raw.url))
    const client = await connectLegacy(`${nexus.url}/mcp`)
    await expect(client.callTool({ name: 'go' })).rejects.toMatchObject({ data: { code: 'UPSTREAM_DIED' } })
    await client.close()
  })

  it('an answer that is not JSON, or of another id, fails its call with a code', async () => {
    let body = 'this is not JSON'
    await using raw = await startRawServer((message, _request, response) => {
      if (!isCall(message)) return false
      response.writeHead(200, { 'content-type': 'application/json' }).end(body)
      return true
    })
    nexus.add(remoteUpstream('raw', raw.url))
    const client = await connectLegacy(`${nexus.url}/mcp`)
    await expect(client.callTool({ name: 'go' })).rejects.toMatchObject({ data: { code: 'UPSTREAM_PROTOCOL' } })
    body = '{"jsonrpc":"2.0","id":999999,"result":{}}'
    await expect(client.callTool({ name: 'go' })).rejects.toMatchObject({ data: { code: 'UPSTREAM_DIED' } })
    await client.close()
  })

  it('a forgotten session is opened again and the refused call repeated, once', async () => {
    let forgotten = true
    await using raw = await startRawServer((message, _request, response) => {
      if (!isCall(message) || !forgotten) return false
      forgotten = false
      response.writeHead(404).end()
      return true
    })
    nexus.add(remoteUpstream('raw', raw.url))
    const client = await connectLegacy(`${nexus.url}/mcp`)
    expect(textOf(await client.callTool({ name: 'go' }))).toBe('went')
    expect(raw.seen.filter(({ method }) => method === 'initialize')).toHaveLength(2)
    expect(raw.seen.filter(isCall)).toHaveLength(2)
    await client.close()
  })

  it('a call whose connection broke is never sent again', async () => {
    await using raw = await startRawServer((message, _request, response) => {
      if (!isCall(message)) return false
      response.destroy()
      return true
    })
    nexus.add(remoteUpstream('raw', raw.url))
    const client = await connectLegacy(`${nexus.url}/mcp`)
    await expect(client.callTool({ name: 'go' })).rejects.toMatchObject({ data: { code: 'UPSTREAM_DIED' } })
    expect(raw.seen.filter(isCall)).toHaveLength(1)
    await client.close()
  })

  it('a server that refuses the credentials is shown as such, without its secret', async () => {
    await using raw = await startRawServer((_message, _request, response) => {
      response.writeHead(401).end()
      return true
    })
    const upstream = nexus.add(
      openRemoteUpstream({ identity: identity('raw'), url: raw.url, egress: openEgress, headers: secretHeaders }),
    )
    const view = await nexus.gateway.defaultView('workspace-1')
    expect(upstream.lastError()?.code).toBe('UPSTREAM_REFUSED')
    expect(JSON.stringify([view.problems, upstream.lastError()])).not.toContain('s3cret')
  })

  it('an endless list is cut off', async () => {
    await using raw = await startRawServer((message, _request, response) => {
      if (message['method'] !== 'tools/list') return false
      const result = { tools: [{ name: 'go', inputSchema: { type: 'object' } }], nextCursor: 'more' }
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id: message['id'], result }))
      return true
    })
    const upstream = nexus.add(remoteUpstream('raw', raw.url))
    await expect(upstream.catalog(AbortSignal.timeout(20_000))).rejects.toMatchObject({ code: 'UPSTREAM_PROTOCOL' })
    expect(raw.seen.length).toBeLessThan(250)
  })
})
