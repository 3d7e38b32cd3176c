import type { JsonObject } from '@nexus/plugin-api'
import { describe, expect, test } from 'vitest'
import { openHttpSite } from './http-site.ts'
import { openPlugin } from './open-plugin.ts'

describe('first-party plugins, packed, in a real isolate [H2] [H3]', () => {
  test('stdio asks the host for the process that the admin named', async () => {
    await using plugin = await openPlugin(
      'plugins/stdio',
      {
        package: '@modelcontextprotocol/server-memory@2026.8.31',
        args: ['a'],
        env: ['A=1'],
        secretEnv: { TOKEN: 'github' },
      },
      { secrets: { github: 'hunter2' } },
    )
    expect(plugin.stdio).toEqual([
      [
        'server',
        {
          package: '@modelcontextprotocol/server-memory@2026.8.31',
          args: ['a'],
          env: { A: '1' },
          secretEnv: { TOKEN: 'secretEnv.TOKEN' },
        },
      ],
    ])
  })

  test('a wrong configuration fails the start and says what to do', async () => {
    await expect(openPlugin('plugins/stdio', {})).rejects.toMatchObject({
      code: 'SANDBOX_START_FAILED',
      message: expect.stringContaining('`package` or `command`'),
    })
    await expect(openPlugin('plugins/remote', { url: 'nowhere' })).rejects.toMatchObject({
      code: 'SANDBOX_START_FAILED',
      message: expect.stringContaining('Expected an address'),
    })
    await expect(openPlugin('plugins/redact', { patterns: ['x'] })).rejects.toMatchObject({
      code: 'SANDBOX_START_FAILED',
      message: expect.stringContaining('Expected a pattern'),
    })
  })

  test('remote hands further addresses, credentials and bounds to the host, which checks them', async () => {
    const config = {
      url: 'http://localhost:8/mcp',
      replicas: ['http://localhost:9/mcp'],
      token: 'github',
      credentials: 'perUser',
      maxConcurrent: 3,
    }
    const options = { secrets: { github: 'x' }, allowPrivateAddresses: ['localhost:8', 'localhost:9'] }
    await using plugin = await openPlugin('plugins/remote', config, options)
    expect(plugin.http[0]?.[1]).toMatchObject({
      replicas: ['http://localhost:9/mcp'],
      credentials: 'perUser',
      limits: { maxConcurrent: 3 },
    })
    await expect(openPlugin('plugins/remote', { ...config, probeMs: 1 }, options)).rejects.toMatchObject({
      code: 'SANDBOX_START_FAILED',
      message: expect.stringContaining('probeMs'),
    })
  })

  test('remote asks the host for the server and warns about a token without TLS', async () => {
    await using plugin = await openPlugin(
      'plugins/remote',
      { url: 'http://localhost:8/mcp', token: 'github' },
      { secrets: { github: 'hunter2' }, allowPrivateAddresses: ['localhost:8'] },
    )
    expect(plugin.http).toEqual([
      [
        'server',
        {
          url: 'http://localhost:8/mcp',
          headers: {},
          secretHeaders: { Authorization: { secret: 'token', format: 'Bearer {}' } },
        },
      ],
    ])
    expect(plugin.log).toMatchObject([{ level: 'warn', message: expect.stringContaining('unencrypted') }])
  })

  test('web reads a page of a granted host and refuses every other with the list of those granted', async () => {
    await using site = await openHttpSite(({ url }) => {
      if (url === '/away') return { status: 302, headers: { location: 'http://other.example/' } }
      if (url === '/image')
        return { headers: { 'content-type': 'image/png' }, body: new Uint8Array([0x89, 0xff, 0xfe]) }
      if (url === '/gone') return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'no such page' }
      return { body: '<title>T</title><nav>menu</nav><h1>Hi</h1><p>See <a href="next">next</a>.' }
    })
    await using plugin = await openPlugin('plugins/web', { hosts: [site.url] }, { allowPrivateAddresses: [site.host] })
    const page = async (url: string, more = {}) => plugin.invoke('tool', 'fetch_page', { url, ...more })
    expect(await page(`${site.url}/docs/`)).toEqual({
      content: [
        { type: 'text', text: `Title: T\nURL: ${site.url}/docs/\n\n# Hi\n\nSee [next](${site.url}/docs/next).` },
      ],
    })
    expect(await page(`${site.url}/docs/`, { format: 'text' })).toMatchObject({
      content: [{ text: expect.stringContaining('\n\nHi\n\nSee next.') }],
    })
    for (const url of ['http://other.example/', `${site.url}/away`]) {
      expect(await page(url)).toMatchObject({
        isError: true,
        content: [{ text: expect.stringContaining(`Allowed hosts: ${site.url}`) }],
      })
    }
    expect(await page(`${site.url}/image`)).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('image or a PDF') }],
    })
    expect(await page(`${site.url}/gone`)).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/status 404[\s\S]*no such page/) }],
    })
    expect(await page('javascript:alert(1)')).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('Expected `url`') }],
    })
    expect(await page(site.url, { maxCharacters: 1 })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('`maxCharacters`') }],
    })
    expect(await plugin.invoke('tool', 'list_links', { url: `${site.url}/docs/` })).toMatchObject({
      structuredContent: {
        url: `${site.url}/docs/`,
        links: [{ text: 'next', url: `${site.url}/docs/next` }],
        total: 1,
      },
    })
  })

  test('openapi loads a document, offers its operations, and calls them with the secret it never sees', async () => {
    const document = {
      openapi: '3.0.3',
      info: { title: 'Pets', version: '1' },
      paths: {
        '/pets/{id}': {
          get: {
            operationId: 'getPet',
            parameters: [
              { name: 'id', in: 'path', required: true, schema: { type: 'integer' } },
              { name: 'fields', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
            ],
          },
        },
        '/pets': {
          post: {
            operationId: 'addPet',
            requestBody: {
              required: true,
              content: {
                'application/json': { schema: { type: 'object', properties: { constructor: { type: 'string' } } } },
              },
            },
          },
        },
      },
    }
    await using site = await openHttpSite(({ url, method, headers }) => {
      const json = { 'content-type': 'application/json' }
      if (url === '/openapi.json') return { headers: json, body: JSON.stringify(document) }
      if (headers.authorization !== 'Bearer hunter2') return { status: 401, headers: json, body: '{"error":"who?"}' }
      return method === 'POST'
        ? { status: 422, headers: json, body: '{"error":"name is missing"}' }
        : { headers: json, body: '{"id":7,"name":"Rex"}' }
    })
    await using plugin = await openPlugin(
      'plugins/openapi',
      { baseUrl: `${site.url}/api`, documentUrl: `${site.url}/openapi.json`, token: 'pets' },
      { secrets: { pets: 'hunter2' }, allowPrivateAddresses: [site.host] },
    )
    expect(plugin.defined.map((tool) => tool.name)).toEqual(['getPet', 'addPet'])
    expect(await plugin.invoke('tool', 'getPet', { id: 7, fields: ['a', 'b'] })).toEqual({
      content: [{ type: 'text', text: '{"id":7,"name":"Rex"}' }],
      structuredContent: { id: 7, name: 'Rex' },
    })
    expect(await plugin.invoke('tool', 'addPet', { body: { constructor: 'x' } })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/status 422[\s\S]*name is missing/) }],
    })
    expect(site.seen.slice(1).map(({ method, url, body }) => ({ method, url, body }))).toEqual([
      { method: 'GET', url: '/api/pets/7?fields=a&fields=b', body: '' },
      { method: 'POST', url: '/api/pets', body: '{"constructor":"x"}' },
    ])
    expect(await plugin.invoke('tool', 'getPet', {})).toMatchObject({
      isError: true,
      content: [{ text: 'Expected a value for `id`, found none.' }],
    })
  })

  test('openapi takes a pasted document and says when it has nothing to offer', async () => {
    const document = JSON.stringify({ openapi: '3.1.0', paths: { '/a': { post: {} } } })
    await expect(
      openPlugin('plugins/openapi', { baseUrl: 'https://api.example.com', document, readOnly: true }),
    ).rejects.toMatchObject({
      code: 'SANDBOX_START_FAILED',
      message: expect.stringContaining('at least one operation'),
    })
  })

  test('redact masks a result and allows one without findings', async () => {
    await using plugin = await openPlugin('plugins/redact', {})
    const decide = (result: JsonObject) =>
      plugin.invoke('policy', 'mask-results', {
        stage: 'result',
        tool: 't',
        result,
        principal: { id: 'p', roles: [] },
      })
    expect(await decide({ content: [{ type: 'text', text: 'a@example.com' }] })).toEqual({
      effect: 'redact',
      result: { content: [{ type: 'text', text: '[e-mail address removed]' }] },
      reason: 'Masked e-mail address (1).',
    })
    expect(await decide({ content: [{ type: 'text', text: 'hello' }] })).toEqual({ effect: 'allow' })
    await expect(
      plugin.invoke('policy', 'mask-results', {
        stage: 'call',
        tool: 't',
        arguments: {},
        principal: { id: 'p', roles: [] },
      }),
    ).rejects.toMatchObject({ code: 'PLUGIN_ERROR', message: expect.stringContaining('found stage call') })
  })

  test('redact looks through the largest result within the limits of its sandbox', { timeout: 60_000 }, async () => {
    await using plugin = await openPlugin('plugins/redact', { phones: true })
    for (const piece of ['a', '1 ', 'password', '+1', 'eyJ', 'a@b.']) {
      const text = piece.repeat(Math.floor(900_000 / piece.length))
      const decision = await plugin.invoke('policy', 'mask-results', {
        stage: 'result',
        tool: 't',
        result: { content: [{ type: 'text', text }] },
        principal: { id: 'p', roles: [] },
      })
      expect(decision['effect']).toBe('allow')
    }
  })
})
