// oxlint-disable typescript/no-unsafe-type-assertion, typescript/no-deprecated -- the SDK's types do not fit exactOptionalPropertyTypes; the old transport is what is tested
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ElicitRequestSchema, ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MAX_SESSIONS_PER_PRINCIPAL } from '../../../../runtime/src/gateway/limits.ts'
import { processUpstream, type RunningGateway, startGateway, WILD } from '../harness.ts'
import { textOf } from '../sdk-clients.ts'
import { openOldStream, type OldStream } from './old-stream.ts'

function sseTransport(url: string, token = 'alice'): SSEClientTransport {
  return new SSEClientTransport(new URL(url), { requestInit: { headers: { authorization: `Bearer ${token}` } } })
}

async function connectOld(url: string, capabilities: Record<string, object> = {}): Promise<Client> {
  const client = new Client({ name: 'old', version: '1' }, { capabilities })
  await client.connect(sseTransport(url))
  return client
}

const call = (id: number, name: string) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: {} },
})

describe('the HTTP+SSE transport toward clients [G1]', () => {
  let nexus: RunningGateway
  beforeEach(async () => {
    nexus = await startGateway()
    nexus.add(processUpstream('wild', WILD))
  })
  afterEach(() => nexus[Symbol.asyncDispose]())

  const introduced = async (stream: OldStream, capabilities: object = {}) => {
    const params = { protocolVersion: '2024-11-05', capabilities, clientInfo: { name: 'raw', version: '1' } }
    await stream.post({ jsonrpc: '2.0', id: 'hello', method: 'initialize', params })
    return stream.next()
  }

  it('serves the official client: calls, progress, questions and changes of the list', async () => {
    const client = await connectOld(`${nexus.url}/sse`, { elicitation: {} })
    client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept', content: { name: 'Ada' } }))
    const changed = Promise.withResolvers<void>()
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => changed.resolve())
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('echo')
    expect(textOf(await client.callTool({ name: 'echo', arguments: { a: 1 } }))).toBe('{"a":1}')
    const seen: number[] = []
    await client.callTool({ name: 'progress', arguments: {} }, undefined, {
      onprogress: ({ progress }) => void seen.push(progress),
    })
    expect(seen).toEqual([1, 2])
    expect(textOf(await client.callTool({ name: 'elicit', arguments: {} }))).toContain('Ada')
    await client.callTool({ name: 'grow', arguments: {} })
    await changed.promise
    await client.close()
  })

  it('serves a virtual server below its own path', async () => {
    await nexus.gateway.virtualServers.create('workspace-1', {
      name: 'small',
      title: 'Small',
      prefixMode: 'never',
      tools: [{ upstream: 'wild', tool: 'echo' }],
    })
    const client = await connectOld(`${nexus.url}/v/small/sse`)
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['echo'])
    await client.close()
  })

  it('names where to POST in its first event, on the same host', async () => {
    await using stream = await openOldStream(nexus, '/sse')
    expect(stream.endpoint).toMatch(/^\/messages\?sessionId=[\w-]{20,}$/)
  })

  it('gives a client of 2024-11-05 that was told the newer URL the old stream', async () => {
    const client = await connectOld(`${nexus.url}/mcp`)
    expect(textOf(await client.callTool({ name: 'echo', arguments: {} }))).toBe('{}')
    await client.close()
  })

  it('lets a newer client that was told the old URL fall back as the specification says', async () => {
    const client = new Client({ name: 'new', version: '1' })
    const requestInit = { headers: { authorization: 'Bearer alice' } }
    const url = new URL(`${nexus.url}/sse`)
    await expect(
      client.connect(new StreamableHTTPClientTransport(url, { requestInit }) as never),
    ).rejects.toMatchObject({
      code: 405,
    })
    const fallback = await connectOld(url.href)
    expect((await fallback.listTools()).tools.length).toBeGreaterThan(0)
    await fallback.close()
  })

  it('takes a message with 202 and answers over the stream only', async () => {
    await using stream = await openOldStream(nexus, '/sse')
    const hello = await introduced(stream)
    expect(hello).toMatchObject({ id: 'hello', result: { protocolVersion: '2024-11-05' } })
    const taken = await stream.post(call(2, 'echo'))
    expect([taken.status, await taken.text()]).toEqual([202, ''])
    expect(await stream.next()).toMatchObject({ id: 2, result: { content: [{ text: '{}' }] } })
  })

  it('refuses requests before initialize, and a second initialize', async () => {
    await using stream = await openOldStream(nexus, '/sse')
    await stream.post(call(1, 'echo'))
    expect(await stream.next()).toMatchObject({ id: 1, error: { code: -32600 } })
    await stream.post({ jsonrpc: '2.0', id: 2, method: 'ping' })
    expect(await stream.next()).toEqual({ jsonrpc: '2.0', id: 2, result: {} })
    await introduced(stream)
    expect(await introduced(stream)).toMatchObject({ error: { code: -32600 } })
  })

  it('knows a session only for its own principal, server and transport', async () => {
    await using stream = await openOldStream(nexus, '/sse')
    await introduced(stream)
    const id = new URLSearchParams(stream.endpoint.split('?')[1]).get('sessionId') ?? ''
    const message = JSON.stringify({ jsonrpc: '2.0', id: 3, method: 'ping' })
    const json = { 'content-type': 'application/json' }
    const send = (path: string, token: string, headers: Record<string, string> = {}) =>
      nexus.fetch(path, { method: 'POST', body: message, headers: { ...json, ...headers }, token })
    expect((await send(`/messages?sessionId=${id}`, 'bob')).status).toBe(404)
    expect((await send('/messages?sessionId=nonsense', 'alice')).status).toBe(404)
    expect((await send('/messages', 'alice')).status).toBe(404)
    expect((await send(`/v/small/messages?sessionId=${id}`, 'alice')).status).toBe(404)
    expect((await send('/mcp', 'alice', { 'mcp-session-id': id })).status).toBe(404)
    expect((await send(`/messages?sessionId=${id}`, '')).status).toBe(401)
    expect((await send(`/messages?sessionId=${id}`, 'alice')).status).toBe(202)
  })

  it('passes the same guard as the newer door', async () => {
    const foreign = { origin: 'https://evil.example' }
    expect((await nexus.fetch('/sse', { headers: foreign })).status).toBe(403)
    expect((await nexus.fetch('/sse', { token: '' })).status).toBe(401)
    expect((await nexus.fetch('/sse', { token: 'reader' })).status).toBe(403)
    const wrong = await nexus.fetch('/sse', { method: 'DELETE' })
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET'])
    const other = await nexus.fetch('/messages')
    expect([other.status, other.headers.get('allow')]).toEqual([405, 'POST'])
  })

  it('ends the session and its calls when the stream is closed', async () => {
    const before = nexus.gateway.connections().length
    const stream = await openOldStream(nexus, '/sse')
    await introduced(stream)
    expect(nexus.gateway.connections()).toHaveLength(before + 1)
    await stream.post(call(1, 'hang'))
    // The pipe to the upstream keeps the order: once this is answered, the other has arrived.
    await stream.post(call(2, 'echo'))
    await stream.next()
    await stream[Symbol.asyncDispose]()
    await expect.poll(() => nexus.gateway.connections().length).toBe(before)
    // The upstream was told: it keeps a list of the calls that were cancelled.
    const client = await connectOld(`${nexus.url}/sse`)
    await expect
      .poll(async () => JSON.stringify(await client.readResource({ uri: 'wild://cancelled' })))
      .toMatch(/\[\d+\]/)
    await client.close()
  })

  it('counts its sessions like all others', async () => {
    const open: OldStream[] = []
    for (let index = 0; index < MAX_SESSIONS_PER_PRINCIPAL; index += 1) open.push(await openOldStream(nexus, '/sse'))
    const refused = await nexus.fetch('/sse', { headers: { accept: 'text/event-stream' } })
    expect(refused.status).toBe(503)
    expect(await refused.json()).toMatchObject({ error: { data: { code: 'SESSION_LIMIT' } } })
    const another = await openOldStream(nexus, '/sse', 'bob')
    expect(another.endpoint).not.toBe('')
    await Promise.all([...open, another].map((stream) => stream[Symbol.asyncDispose]()))
  })
})
