// oxlint-disable typescript/no-unsafe-type-assertion, no-underscore-dangle -- what comes off the wire is checked by the assertions; `_meta` is MCP's name
import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { processUpstream, type RunningGateway, startGateway, WILD } from './harness.ts'
import { META, modern, openSession, post } from './wire.ts'

/** fetch does not let a test choose the Host header. */
function rawStatus(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${url}/mcp`, { method: 'POST', headers }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end('{}')
  })
}

describe('the front door of /mcp [G1, I3]', () => {
  let nexus: RunningGateway
  beforeAll(async () => {
    nexus = await startGateway()
    nexus.add(processUpstream('wild', WILD))
    await nexus.gateway.virtualServers.create('workspace-1', {
      name: 'small',
      title: 'Small',
      tools: [{ upstream: 'wild', tool: 'echo' }],
    })
  })
  afterAll(() => nexus[Symbol.asyncDispose]())

  it('answers 401 with the place of the metadata when there is no token', async () => {
    const answer = await post(nexus, {}, {}, '')
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe(
      `Bearer resource_metadata="${nexus.url}/.well-known/oauth-protected-resource/mcp", scope="tools:call"`,
    )
    const virtual = await post(nexus, {}, {}, 'nonsense', '/v/small/mcp')
    expect(virtual.headers.get('www-authenticate')).toBe(
      `Bearer resource_metadata="${nexus.url}/.well-known/oauth-protected-resource/v/small/mcp", scope="tools:call", error="invalid_token"`,
    )
  })

  it('serves RFC 9728 metadata for the default server and for each virtual server', async () => {
    const expected = { scopes_supported: ['tools:call'], bearer_methods_supported: ['header'] }
    for (const [path, resource] of [
      ['', '/mcp'],
      ['/mcp', '/mcp'],
      ['/v/small/mcp', '/v/small/mcp'],
    ] as const) {
      const answer = await nexus.fetch(`/.well-known/oauth-protected-resource${path}`, { token: '' })
      expect(answer.status).toBe(200)
      expect(await answer.json()).toMatchObject({ ...expected, resource: `${nexus.url}${resource}` })
    }
    expect((await nexus.fetch('/.well-known/oauth-protected-resource/nothing', { token: '' })).status).toBe(404)
  })

  it('answers 403 to a token without tools:call and names the scope', async () => {
    const answer = await post(nexus, {}, {}, 'reader')
    expect(answer.status).toBe(403)
    expect(answer.headers.get('www-authenticate')).toContain('error="insufficient_scope"')
    expect(await answer.json()).toMatchObject({ error: { data: { code: 'PERMISSION_MISSING' } } })
  })

  it('answers 403 to a token that is for another virtual server', async () => {
    expect((await post(nexus, {}, {}, 'bound')).status).toBe(403)
    expect((await modern(nexus, 'tools/list', {}, { token: 'bound', path: '/v/small/mcp' })).status).toBe(200)
  })

  it('answers 404 to a virtual server of another workspace, as to one that does not exist', async () => {
    expect((await modern(nexus, 'tools/list', {}, { token: 'other', path: '/v/small/mcp' })).status).toBe(404)
    expect((await modern(nexus, 'tools/list', {}, { path: '/v/nothing/mcp' })).status).toBe(404)
  })

  it('refuses foreign Host and Origin headers before it looks at the token', async () => {
    expect(await rawStatus(nexus.url, { host: 'evil.example', 'content-type': 'application/json' })).toBe(403)
    expect((await post(nexus, {}, { origin: 'https://evil.example' }, '')).status).toBe(403)
    expect((await post(nexus, {}, { origin: 'null' })).status).toBe(403)
    expect((await post(nexus, {}, { origin: 'http://localhost:9999' })).status).toBe(400)
  })

  it('refuses a body of more than 4 MiB, declared or not', async () => {
    const large = `"${'x'.repeat(4 * 1024 * 1024)}"`
    expect((await post(nexus, large)).status).toBe(413)
    const stream = new ReadableStream({
      start(controller) {
        for (let index = 0; index < 80; index += 1) controller.enqueue(new TextEncoder().encode('x'.repeat(65_536)))
        controller.close()
      },
    })
    const init: RequestInit = { method: 'POST', headers: { 'content-type': 'application/json' }, body: stream }
    const answer = await nexus.fetch('/mcp', Object.assign(init, { duplex: 'half' })).catch(() => undefined)
    expect([413, undefined]).toContain(answer?.status)
  })

  it.each([
    ['text that is not JSON', '{', 400, -32700],
    ['a value that is no message', '[1]', 400, -32000],
    ['a message of another protocol', '{"id":1,"method":"tools/list"}', 400, -32600],
    ['a request without a session', '{"jsonrpc":"2.0","id":1,"method":"tools/list"}', 400, -32000],
  ])('answers %s with a code', async (_what, body, status, code) => {
    const answer = await post(nexus, body)
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ error: { code } })
  })

  it('refuses a body that is not declared as JSON', async () => {
    expect((await post(nexus, '{}', { 'content-type': 'text/plain' })).status).toBe(415)
  })

  it('survives JSON nested a hundred thousand deep', async () => {
    const deep = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`
    expect((await post(nexus, deep)).status).toBe(400)
    expect((await modern(nexus, 'tools/list')).status).toBe(200)
  })

  it('answers 405 to a method that MCP does not use', async () => {
    const answer = await nexus.fetch('/mcp', { method: 'PUT' })
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('POST, GET, DELETE')
  })

  it('leaves paths that are not its own', async () => {
    expect((await nexus.fetch('/api/v1/health')).status).toBe(404)
  })
})

describe('the modern wire [G1]', () => {
  let nexus: RunningGateway
  beforeAll(async () => {
    nexus = await startGateway()
    nexus.add(processUpstream('wild', WILD))
  })
  afterAll(() => nexus[Symbol.asyncDispose]())

  const SERVER = { 'io.modelcontextprotocol/serverInfo': { name: 'nexus', version: '0.1.0', title: 'Nexus' } }

  it('answers server/discover', async () => {
    const answer = await modern(nexus, 'server/discover')
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(await answer.json()).toEqual({
      jsonrpc: '2.0',
      id: 7,
      result: {
        supportedVersions: ['2026-07-28'],
        capabilities: {
          tools: { listChanged: true },
          prompts: { listChanged: true },
          resources: { listChanged: true, subscribe: true },
          completions: {},
          logging: {},
        },
        instructions: 'Be careful.',
        resultType: 'complete',
        ttlMs: 0,
        cacheScope: 'private',
        _meta: SERVER,
      },
    })
  })

  it('answers tools/call as plain JSON when nothing but the result is sent', async () => {
    const answer = await modern(nexus, 'tools/call', { name: 'echo', arguments: { b: 2 } })
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(await answer.json()).toEqual({
      jsonrpc: '2.0',
      id: 7,
      result: { content: [{ type: 'text', text: '{"b":2}' }], resultType: 'complete', _meta: SERVER },
    })
  })

  it('keeps members of a tool that it does not know', async () => {
    const { result } = (await (await modern(nexus, 'tools/list')).json()) as {
      result: { tools: Record<string, unknown>[] }
    }
    expect(result.tools.find(({ name }) => name === 'echo')).toEqual({
      name: 'echo',
      description: 'The tool echo.',
      inputSchema: { type: 'object' },
      'x-unknown': { kept: true },
    })
    expect(result).toMatchObject({ ttlMs: 0, cacheScope: 'private', resultType: 'complete' })
  })

  it('sends log messages only to a client that asked for them, from the level it named', async () => {
    const quiet = await modern(nexus, 'tools/call', { name: 'log', arguments: {} })
    expect(quiet.headers.get('content-type')).toBe('application/json')
    const loud = await modern(nexus, 'tools/call', {
      name: 'log',
      arguments: {},
      _meta: { ...META, 'io.modelcontextprotocol/logLevel': 'error' },
    })
    expect(loud.headers.get('content-type')).toBe('text/event-stream')
    const text = await loud.text()
    expect(text).toContain('a error line')
    expect(text).not.toContain('a debug line')
  })

  it.each([
    ['no envelope', 'tools/list', { _meta: undefined }, {}, 400, -32602],
    [
      'an envelope without capabilities',
      'tools/list',
      { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } },
      {},
      400,
      -32602,
    ],
    ['a missing version header', 'tools/list', {}, { 'mcp-protocol-version': undefined }, 400, -32020],
    ['a version header that disagrees', 'tools/list', {}, { 'mcp-protocol-version': '2025-11-25' }, 400, -32020],
    ['a missing method header', 'tools/list', {}, { 'mcp-method': undefined }, 400, -32020],
    ['a method header that disagrees', 'tools/list', {}, { 'mcp-method': 'tools/call' }, 400, -32020],
    ['a missing name header', 'tools/call', { name: 'echo' }, { 'mcp-name': undefined }, 400, -32020],
    ['a name header that disagrees', 'tools/call', { name: 'echo' }, { 'mcp-name': 'pid' }, 400, -32020],
    ['a name header in broken base64', 'tools/call', { name: 'echo' }, { 'mcp-name': '=?base64?%%%?=' }, 400, -32020],
    ['a removed method', 'ping', {}, {}, 404, -32601],
    ['a removed method', 'logging/setLevel', {}, {}, 404, -32601],
    ['initialize', 'initialize', {}, {}, 404, -32601],
    ['an unknown tool', 'tools/call', { name: 'nothing' }, {}, 200, -32602],
    ['an unknown resource of no upstream', 'prompts/get', { name: 'nothing' }, {}, 200, -32602],
    ['a cursor of another server', 'tools/list', { cursor: 'abc' }, {}, 200, -32602],
  ])('answers %s with status and code', async (_what, method, params, headers, status, code) => {
    const answer = await modern(nexus, method, params, { headers })
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ jsonrpc: '2.0', id: 7, error: { code } })
  })

  it('takes a name header in base64', async () => {
    const answer = await modern(
      nexus,
      'tools/call',
      { name: 'echo', arguments: {} },
      { headers: { 'mcp-name': '=?base64?ZWNobw==?=' } },
    )
    expect(answer.status).toBe(200)
  })

  it('names the supported versions to a client of another one', async () => {
    const _meta = { ...META, 'io.modelcontextprotocol/protocolVersion': '2099-01-01' }
    const answer = await modern(nexus, 'tools/list', { _meta }, { headers: { 'mcp-protocol-version': '2099-01-01' } })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toEqual({
      jsonrpc: '2.0',
      id: 7,
      error: {
        code: -32022,
        message: 'Unsupported protocol version',
        data: { supported: ['2026-07-28'], requested: '2099-01-01' },
      },
    })
  })

  it('takes a notification with 202', async () => {
    const answer = await post(nexus, { jsonrpc: '2.0', method: 'notifications/x', params: { _meta: META } })
    expect(answer.status).toBe(202)
  })
})

describe('the legacy wire [G1]', () => {
  let nexus: RunningGateway
  beforeAll(async () => {
    nexus = await startGateway()
    nexus.add(processUpstream('wild', WILD))
  })
  afterAll(() => nexus[Symbol.asyncDispose]())

  it.each([
    ['2024-10-07', '2024-10-07'],
    ['2024-11-05', '2024-11-05'],
    ['2025-03-26', '2025-03-26'],
    ['2025-06-18', '2025-06-18'],
    ['2025-11-25', '2025-11-25'],
    ['2026-07-28', '2025-11-25'],
    ['nonsense', '2025-11-25'],
  ])('answers initialize of %s with %s', async (version, expected) => {
    const { id, result } = await openSession(nexus, { version })
    expect(result['protocolVersion']).toBe(expected)
    expect(id).toMatch(/^[\x21-\x7e]{20,}$/)
  })

  it('knows a session only for its own principal and server, and not after DELETE', async () => {
    const { id } = await openSession(nexus)
    const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' }
    expect((await post(nexus, list, { 'mcp-session-id': id })).status).toBe(200)
    expect((await post(nexus, list, { 'mcp-session-id': id }, 'bob')).status).toBe(404)
    expect(
      (await nexus.fetch('/mcp', { method: 'DELETE', headers: { 'mcp-session-id': id }, token: 'bob' })).status,
    ).toBe(404)
    expect((await nexus.fetch('/mcp', { method: 'DELETE', headers: { 'mcp-session-id': id } })).status).toBe(200)
    expect((await post(nexus, list, { 'mcp-session-id': id })).status).toBe(404)
  })

  it('refuses an unknown protocol version in the header', async () => {
    const { id } = await openSession(nexus)
    const answer = await post(
      nexus,
      { jsonrpc: '2.0', id: 2, method: 'ping' },
      { 'mcp-session-id': id, 'mcp-protocol-version': '1999-01-01' },
    )
    expect(answer.status).toBe(400)
  })

  it('answers ping and takes notifications with 202', async () => {
    const { id } = await openSession(nexus)
    const headers = { 'mcp-session-id': id }
    expect(await (await post(nexus, { jsonrpc: '2.0', id: 'p', method: 'ping' }, headers)).json()).toEqual({
      jsonrpc: '2.0',
      id: 'p',
      result: {},
    })
    const taken = await post(nexus, { jsonrpc: '2.0', method: 'notifications/initialized' }, headers)
    expect([taken.status, await taken.text()]).toEqual([202, ''])
  })

  it('answers batches in the revisions that have them and refuses them in the others', async () => {
    const batch = [
      { jsonrpc: '2.0', id: 1, method: 'ping' },
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'echo', arguments: {} } },
    ]
    const old = await openSession(nexus, { version: '2025-03-26' })
    const answers = (await (await post(nexus, batch, { 'mcp-session-id': old.id })).json()) as { id: number }[]
    expect(answers.map(({ id }) => id)).toEqual([1, 2])
    const { id } = await openSession(nexus)
    expect((await post(nexus, batch, { 'mcp-session-id': id })).status).toBe(400)
  })

  it('answers an unknown resource with the code of the era', async () => {
    const empty = await startGateway()
    const { id } = await openSession(empty)
    const answer = await post(
      empty,
      { jsonrpc: '2.0', id: 3, method: 'resources/read', params: { uri: 'no://thing' } },
      { 'mcp-session-id': id },
    )
    expect(await answer.json()).toMatchObject({ error: { code: -32002, data: { uri: 'no://thing' } } })
    expect(await (await modern(empty, 'resources/read', { uri: 'no://thing' })).json()).toMatchObject({
      error: { code: -32602 },
    })
    await empty[Symbol.asyncDispose]()
  })

  it('lists its sessions as connections', async () => {
    const before = nexus.gateway.connections().length
    await openSession(nexus)
    const connections = nexus.gateway.connections()
    expect(connections).toHaveLength(before + 1)
    expect(connections.at(-1)).toMatchObject({
      era: 'legacy',
      client: 'raw',
      principalId: 'token:alice',
      protocolVersion: '2025-11-25',
    })
  })
})
