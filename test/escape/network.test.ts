import { type IncomingHttpHeaders, type Server, createServer } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { NetworkGrant } from '../../runtime/src/grants/grant.ts'
import { type Arena, callTool, moduleOf, openArena } from './arena.ts'

// Two servers on loopback: one stands for a host that was granted, one for everything inside that was not.

interface Hit {
  readonly url: string
  readonly headers: IncomingHttpHeaders
}

let arena: Arena
let granted: Server
let internal: Server
let grantedPort = 0
let internalPort = 0
const hits: { granted: Hit[]; internal: Hit[] } = { granted: [], internal: [] }
const resolved: string[] = []
let rebinding: readonly string[] = ['127.0.0.1']

function listen(
  kind: 'granted' | 'internal',
  answer: (url: URL) => { status?: number; headers?: Record<string, string>; body: string | Buffer },
): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume()
    hits[kind].push({ url: request.url ?? '', headers: request.headers })
    const { status = 200, headers = {}, body } = answer(new URL(request.url ?? '/', 'http://x'))
    response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(body)
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const redirectTo = (target: string): string =>
  `http://api.example.com:${grantedPort}/redirect?to=${encodeURIComponent(target)}`

beforeAll(async () => {
  internal = await listen('internal', () => ({ body: 'internal treasure' }))
  internalPort = portOf(internal)
  granted = await listen('granted', (url) => {
    if (url.pathname === '/redirect')
      return { status: 302, headers: { location: url.searchParams.get('to') ?? '' }, body: '' }
    if (url.pathname === '/redirect-307')
      return { status: 307, headers: { location: url.searchParams.get('to') ?? '' }, body: '' }
    if (url.pathname === '/echo')
      return {
        headers: { 'x-echo': hits.granted.at(-1)?.headers.authorization ?? '' },
        body: JSON.stringify(hits.granted.at(-1)?.headers),
      }
    if (url.pathname === '/large') return { body: 'x'.repeat(1_000_000) }
    if (url.pathname === '/bytes')
      return { headers: { 'content-type': 'image/png' }, body: Buffer.from([0x89, 0x50, 0xff, 0xfe]) }
    return { headers: { 'set-cookie': 'session=1' }, body: 'granted' }
  })
  grantedPort = portOf(granted)
  arena = await openArena({
    resolve: async (hostname) => {
      resolved.push(hostname)
      const addresses = hostname.startsWith('rebind') ? rebinding : ['127.0.0.1']
      return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    },
  })
})
afterAll(async () => {
  await arena[Symbol.asyncDispose]()
  granted.close()
  internal.close()
})
beforeEach(() => {
  hits.granted.length = 0
  hits.internal.length = 0
  arena.denials.length = 0
})

const grant = (host: string, options: Partial<NetworkGrant> = {}): NetworkGrant => ({
  host,
  port: grantedPort,
  scheme: 'http',
  methods: ['GET', 'POST'],
  allowPrivateAddresses: true,
  ...options,
})

let count = 0
async function run(
  body: string,
  options: { network?: readonly NetworkGrant[]; secrets?: readonly { field: string; access: 'use' | 'read' }[] } = {},
): Promise<string> {
  const sandbox = await arena.open(moduleOf(body), {
    installationId: `net-${(count += 1)}`,
    grants: { network: options.network ?? [grant('api.example.com')], secrets: options.secrets ?? [] },
    config: { token: 'api-token' },
    limits: { cpuMsPerCall: 1_000, wallMsPerCall: 10_000 },
  })
  try {
    return await callTool(sandbox)
  } finally {
    await sandbox[Symbol.asyncDispose]()
  }
}

const fetchCode = (url: string, request = '{}'): string =>
  `try { const r = await context.network.fetch(${JSON.stringify(url)}, ${request}); return 'got ' + r.body } catch (error) { return error.code }`

describe('escape: network [H3] [H5]', () => {
  it('reaches a granted host', async () => {
    expect(await run(fetchCode(`http://api.example.com:${grantedPort}/`))).toBe('got granted')
  })

  it('refuses every spelling of the inside, and not one request arrives', async () => {
    const p = String(internalPort)
    const spellings = [
      `http://127.0.0.1:${p}/`,
      `http://127.1:${p}/`,
      `http://2130706433:${p}/`,
      `http://0x7f000001:${p}/`,
      `http://0177.0.0.1:${p}/`,
      `http://0:${p}/`,
      `http://0.0.0.0:${p}/`,
      `http://[::1]:${p}/`,
      `http://[::]:${p}/`,
      `http://[::ffff:127.0.0.1]:${p}/`,
      `http://[::ffff:7f00:1]:${p}/`,
      `http://[::7f00:1]:${p}/`,
      `http://[64:ff9b::7f00:1]:${p}/`,
      `http://localhost:${p}/`,
      `http://LOCALHOST.:${p}/`,
      `http://①②⑦.⓪.⓪.①:${p}/`,
      `http://127。0。0。1:${p}/`,
      `http://api.example.com@127.0.0.1:${p}/`,
      `http://127.0.0.1:${p}#@api.example.com`,
      `http://api.example.com:${p}/`,
      `http://api.example.com:${grantedPort}@127.0.0.1:${p}/`,
      `http:\\\\\\\\127.0.0.1:${p}\\\\`,
      `http://api.example.com.evil.test:${grantedPort}/`,
      `http://evil.test/api.example.com/`,
      `http://169.254.169.254/latest/meta-data/`,
      `http://[fd00:ec2::254]/`,
      `http://metadata.google.internal/`,
      `file:///etc/passwd`,
      `ftp://api.example.com/`,
      `gopher://127.0.0.1:${p}/`,
      `data:text/plain,x`,
      `//127.0.0.1:${p}/`,
      `http://api.example.com:${grantedPort}\\t@127.0.0.1:${p}/`,
      `http://api.example.com%00.evil.test:${grantedPort}/`,
    ]
    const answer = await run(`const urls = ${JSON.stringify(spellings)}; const out = [];
      for (const url of urls) { try { out.push('GOT ' + url + (await context.network.fetch(url)).body) } catch (error) { if (error.code !== 'NETWORK_DENIED') out.push(error.code + ' ' + url) } }
      return out.join('\\n')`)
    expect(answer).toBe('')
    expect(hits.internal).toEqual([])
    expect(hits.granted).toEqual([])
    expect(arena.denials.length).toBeGreaterThan(spellings.length - 2)
    expect(arena.denials[0]).toMatchObject({
      action: 'capability.denied',
      outcome: 'denied',
      target: 'acme/attack:network.fetch',
      requestId: 'request-1',
    })
  })

  it('refuses a granted name that resolves inside, unless the admin said so for this very host', async () => {
    const url = `http://api.example.com:${grantedPort}/`
    expect(await run(fetchCode(url), { network: [grant('api.example.com', { allowPrivateAddresses: false })] })).toBe(
      'NETWORK_DENIED',
    )
    expect(hits.granted).toEqual([])
  })

  it('refuses metadata addresses even where private ones are allowed, and mixed answers altogether', async () => {
    for (const addresses of [
      ['169.254.169.254'],
      ['127.0.0.1', '169.254.169.254'],
      ['100.100.100.200'],
      ['fe80::1'],
      ['0.0.0.0'],
    ]) {
      rebinding = addresses
      expect(
        await run(fetchCode(`http://rebind.example.com:${grantedPort}/`), { network: [grant('rebind.example.com')] }),
      ).toBe('NETWORK_DENIED')
    }
    rebinding = ['127.0.0.1']
  })

  it('connects to the address that was judged: a name is resolved once for each connection', async () => {
    resolved.length = 0
    expect(
      await run(fetchCode(`http://rebind-once.example.com:${grantedPort}/`), {
        network: [grant('rebind-once.example.com')],
      }),
    ).toBe('got granted')
    expect(resolved.filter((name) => name === 'rebind-once.example.com')).toHaveLength(1)
  })

  it('checks every redirect like the first URL', async () => {
    for (const target of [
      `http://127.0.0.1:${internalPort}/`,
      `http://localhost:${internalPort}/`,
      `http://[::1]:${internalPort}/`,
      'file:///etc/passwd',
      `//127.0.0.1:${internalPort}/`,
    ]) {
      expect(await run(fetchCode(redirectTo(target)))).toBe('NETWORK_DENIED')
    }
    expect(hits.internal).toEqual([])
    expect(await run(fetchCode(redirectTo('/redirect?to=/redirect%3Fto%3D/redirect%253Fto%253D/')))).toBe(
      'NETWORK_FAILED',
    )
    expect(await run(fetchCode(redirectTo('/fine')))).toBe('got granted')
  })

  it('leaves credentials behind when a redirect leaves the origin, and never carries a body across', async () => {
    const network = [grant('api.example.com'), grant('other.example.com')]
    const to = encodeURIComponent(`http://other.example.com:${grantedPort}/echo`)
    const request = "{ headers: { authorization: 'Bearer x', 'x-api-key': 'y', accept: 'text/plain' } }"
    const answer = await run(fetchCode(`http://api.example.com:${grantedPort}/redirect?to=${to}`, request), { network })
    expect(answer).toContain('"accept":"text/plain"')
    expect(answer).not.toMatch(/Bearer|x-api-key/)
    const post = "{ method: 'POST', body: 'secret body' }"
    expect(await run(fetchCode(`http://api.example.com:${grantedPort}/redirect-307?to=${to}`, post), { network })).toBe(
      'NETWORK_DENIED',
    )
  })

  it('drops headers that are not the plugin’s to set and refuses smuggled ones', async () => {
    const names = [
      'Host',
      'Cookie',
      'X-Forwarded-For',
      'Forwarded',
      'Transfer-Encoding',
      'Content-Length',
      'Connection',
      'Proxy-Authorization',
      'Sec-Fetch-Site',
      'Origin',
      'TE',
      'Upgrade',
      'X-HTTP-Method-Override',
      'Via',
    ]
    const headers = JSON.stringify(Object.fromEntries(names.map((name) => [name, 'evil'])))
    await run(fetchCode(`http://api.example.com:${grantedPort}/`, `{ headers: ${headers} }`))
    expect(hits.granted).toHaveLength(1)
    expect(JSON.stringify(hits.granted[0]?.headers)).not.toContain('evil')
    expect(hits.granted[0]?.headers.host).toBe(`api.example.com:${grantedPort}`)
    for (const bad of [
      "{ 'x-a': 'a\\r\\nx-b: c' }",
      "{ 'x a': 'b' }",
      "{ 'x\\r\\n': 'b' }",
      "{ 'x-a': 'a\\u0000' }",
      "{ ':path': '/x' }",
      "{ 'x-a': '\\u0100' }",
    ]) {
      const answer = await run(fetchCode(`http://api.example.com:${grantedPort}/`, `{ headers: ${bad} }`))
      expect(['NETWORK_DENIED', 'got granted'], bad).toContain(answer)
    }
    expect(JSON.stringify(hits.granted.map((hit) => hit.headers))).not.toContain('x-b')
  })

  it('refuses methods that were not granted, and takes no object for a URL part', async () => {
    const url = `http://api.example.com:${grantedPort}/`
    expect(await run(fetchCode(url, "{ method: 'DELETE' }"))).toBe('NETWORK_DENIED')
    expect(await run(fetchCode(url, "{ method: 'GET /x HTTP/1.1\\r\\nx: y' }"))).toBe('CAPABILITY_ARGUMENT')
    expect(await run(fetchCode(url, '{ timeoutMs: 1e9 }'))).toBe('CAPABILITY_ARGUMENT')
    expect(hits.granted).toEqual([])
  })

  it('counts received bytes over a whole call, refuses what is not text, keeps cookies back', async () => {
    expect(await run(fetchCode(`http://api.example.com:${grantedPort}/large`))).toBe('NETWORK_TOO_LARGE')
    expect(await run(fetchCode(`http://api.example.com:${grantedPort}/bytes`))).toBe('NETWORK_NOT_TEXT')
    expect(
      await run(
        `return JSON.stringify((await context.network.fetch('http://api.example.com:${grantedPort}/')).headers['set-cookie'] ?? null)`,
      ),
    ).toBe('null')
  })
})

describe('escape: secrets [H5] [I6]', () => {
  const value = 's3cr3t-Value+/with specials'
  const use = [{ field: 'token', access: 'use' as const }]
  beforeEach(() => arena.secrets.set('api-token', value))

  it('puts a secret into a header without the plugin seeing it, even when the host echoes it', async () => {
    const request = "{ secretHeaders: { authorization: { secret: 'token', format: 'Bearer {}' } } }"
    const answer = await run(
      `const r = await context.network.fetch('http://api.example.com:${grantedPort}/echo', ${request}); return r.body + r.headers['x-echo'] + JSON.stringify(context.config)`,
      { secrets: use },
    )
    expect(hits.granted[0]?.headers.authorization).toBe(`Bearer ${value}`)
    expect(answer).not.toContain(value)
    expect(answer).toContain('[secret]')
  })

  it('reads no secret without a grant that says so', async () => {
    const read = "try { return await context.secrets.read('token') } catch (error) { return error.code }"
    expect(await run(read)).toBe('SECRET_DENIED')
    expect(await run(read, { secrets: use })).toBe('SECRET_DENIED')
    expect(await run(read, { secrets: [{ field: 'token', access: 'read' }] })).toBe(value)
  })

  it('opens no secret for a host that was not granted', async () => {
    const request = "{ secretHeaders: { 'x-key': { secret: 'token' } } }"
    expect(await run(fetchCode(`http://127.0.0.1:${internalPort}/`, request), { secrets: use })).toBe('NETWORK_DENIED')
    expect(await run(fetchCode(`http://api.example.com:${grantedPort}/`, request))).toBe('SECRET_DENIED')
    expect([...hits.internal, ...hits.granted]).toEqual([])
  })

  it('masks a read secret in logs, in each usual encoding', async () => {
    arena.logs.length = 0
    await run(
      `const s = await context.secrets.read('token');
       console.log('plain ' + s); console.log('base64 ' + btoa('user:' + s)); console.log('url ' + encodeURIComponent(s));
       context.log.warn('fields', { nested: { s } }); context.log.error([...s].reverse().join('')); return 'x'`,
      { secrets: [{ field: 'token', access: 'read' }] },
    )
    const text = JSON.stringify(arena.logs)
    expect(arena.logs).toHaveLength(5)
    expect(text).not.toContain('s3cr3t')
    expect(text).not.toContain(encodeURIComponent(value))
    expect(
      Buffer.from(/base64 (\S+)/.exec(arena.logs[1]?.message ?? '')?.[1] ?? '', 'base64').toString(),
    ).not.toContain('s3cr3t')
    expect(text).not.toContain(Array.from(value).toReversed().join(''))
  })
})

describe('escape: storage and logs of others [H5]', () => {
  it('keeps installations apart, whatever the key says', async () => {
    const writer = await arena.open(
      moduleOf(
        "await context.storage.set('k', 'mine'); await context.storage.set('secret', 1); return (await context.storage.list()).join()",
      ),
      { installationId: 'writer' },
    )
    expect(await callTool(writer)).toBe('k,secret')
    const keys = [
      'k',
      'secret',
      'writer/k',
      'writer:k',
      '../writer/k',
      'writer\u0000k',
      '%',
      "' OR 1=1 --",
      '__proto__',
      'constructor',
    ]
    const reader = await arena.open(
      moduleOf(
        `const out = []; for (const key of ${JSON.stringify(keys)}) { try { const v = await context.storage.get(key); if (v !== undefined) out.push(key) } catch {} } out.push(...await context.storage.list()); return out.join()`,
      ),
      { installationId: 'reader' },
    )
    expect(await callTool(reader)).toBe('')
  })

  it('holds the storage quota', async () => {
    const sandbox = await arena.open(
      moduleOf(
        "try { for (let i = 0; i < 10; i++) await context.storage.set('k' + i, 'x'.repeat(200000)); return 'all' } catch (error) { return error.code }",
      ),
      { installationId: 'quota' },
    )
    expect(await callTool(sandbox)).toBe('STORAGE_QUOTA')
  })

  it('lets no line of a plugin look like a line of the host', async () => {
    arena.logs.length = 0
    const sandbox = await arena.open(moduleOf("console.log('a\\u001b[31m\\r\\u2028b\\u0000c'); return 'x'"), {
      installationId: 'logger',
    })
    await callTool(sandbox)
    expect(arena.logs[0]?.message).toBe('a [31m  b c')
    expect(arena.logs[0]).toMatchObject({
      installationId: 'logger',
      pluginId: 'acme/attack',
      level: 'info',
      requestId: 'request-1',
    })
  })
})
