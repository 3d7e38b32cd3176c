import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, type HttpHost, openHttpHost } from './http-host.ts'

let host: HttpHost
beforeAll(async () => {
  host = await openHttpHost()
})
afterAll(() => host[Symbol.asyncDispose]())

/** A request with exactly these headers: `fetch` would not let a test forge `Host` or `Sec-Fetch-Site`. */
async function raw(method: string, path: string, headers: Record<string, string>, body?: string | Buffer) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number
    headers: Record<string, unknown>
    body: string
  }>()
  const sent = request(`${host.url}${path}`, { method, headers }, (response) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('end', () =>
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }),
    )
  })
  sent.on('error', reject)
  sent.end(body)
  return await promise
}

const json = { 'content-type': 'application/json' }

describe('requests from elsewhere [I1]', () => {
  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling of the site', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['nowhere, with a cookie', {}],
  ])('refuses a change that comes from %s', async (_name, headers) => {
    const answer = await raw('DELETE', '/api/v1/session', { cookie: host.cookie, ...headers })
    expect(answer.status).toBe(403)
    expect(JSON.parse(answer.body).code).toBe('HTTP_CROSS_SITE')
    expect((await host.ask('GET', '/api/v1/me')).status).toBe(200)
  })

  it('refuses a sign-in that another site sends, cookie or not', async () => {
    const body = JSON.stringify({ email: ADMIN.email, password: ADMIN.password })
    const answer = await raw('POST', '/api/v1/session', { ...json, origin: 'https://evil.example' }, body)
    expect(answer.status).toBe(403)
  })

  it.each([
    ['its own page', () => ({ 'sec-fetch-site': 'same-origin' })],
    ['the address bar', () => ({ 'sec-fetch-site': 'none' })],
    ['its own origin', () => ({ origin: host.url })],
  ])('takes a change that comes from %s', async (_name, headers) => {
    const body = JSON.stringify({ role: '*', plugin: 'acme/hello', tool: 'greet', effect: 'deny' })
    const answer = await raw('POST', '/api/v1/policies', { cookie: host.cookie, ...json, ...headers() }, body)
    expect(answer.status).toBe(201)
  })

  it('takes a change with a token from anywhere: no browser adds a token by itself', async () => {
    const { body } = await host.ask('POST', '/api/v1/tokens', {
      body: { name: 't', scopes: ['tokens:own'], expiresInDays: 1 },
    })
    const answer = await raw('DELETE', `/api/v1/tokens/${body.id}`, { authorization: `Bearer ${body.token}` })
    expect(answer.status).toBe(204)
  })

  it('refuses a form that pretends to be JSON', async () => {
    const body = JSON.stringify({ email: ADMIN.email, password: ADMIN.password })
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/json; charset=utf-16',
    ]) {
      const answer = await raw('POST', '/api/v1/session', { 'content-type': type, origin: host.url }, body)
      expect(answer.status, type).toBe(415)
    }
  })

  it.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1.evil.example',
    'localhost@evil.example',
    '127.0.0.1, evil.example',
  ])('does not answer to the name %j (DNS rebinding)', async (name) => {
    const answer = await raw('GET', '/api/v1/health', { host: name })
    expect(answer.status).toBe(421)
    expect(answer.body).not.toContain('"version"')
  })

  it.each(['localhost', 'LOCALHOST:7400', '[::1]:80', '127.0.0.1'])('answers to the name %j', async (name) => {
    expect((await raw('GET', '/api/v1/health', { host: name })).status).toBe(200)
  })

  it('answers to names that the operator allowed', async () => {
    await using behindProxy = await openHttpHost({ facts: { allowedHosts: ['nexus.internal'] } })
    const { promise, resolve } = Promise.withResolvers<number | undefined>()
    request(`${behindProxy.url}/api/v1/health`, { headers: { host: 'nexus.internal' } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).end()
    expect(await promise).toBe(200)
  })
})

describe('tokens at the API [I3]', () => {
  it('may do what its scopes say and nothing more, and the refusal is in the audit trail', async () => {
    const { body } = await host.ask('POST', '/api/v1/tokens', {
      body: { name: 'calls only', scopes: ['tools:call'], expiresInDays: 1 },
    })
    const refused = await host.ask('GET', '/api/v1/users', { as: { token: body.token } })
    expect(refused.status).toBe(403)
    expect(refused.body).toMatchObject({ code: 'HTTP_FORBIDDEN', status: 403 })
    await host.flush()
    const { items } = (await host.ask('GET', `/api/v1/audit?action=api.denied&requestId=${refused.body.requestId}`))
      .body
    expect(items).toMatchObject([{ actor: `token:${body.id}`, target: 'users', outcome: 'denied' }])
  })

  it('does not fall back to the cookie when the token is wrong', async () => {
    const answer = await host.ask('GET', '/api/v1/me', {
      headers: { authorization: 'Bearer nxs_wrong', cookie: host.cookie },
    })
    expect(answer.status).toBe(401)
    const basic = await host.ask('GET', '/api/v1/me', { headers: { authorization: 'Basic eDp5' } })
    expect(basic.status).toBe(401)
  })

  it('stops working in the moment it is revoked', async () => {
    const { body } = await host.ask('POST', '/api/v1/tokens', {
      body: { name: 't', scopes: ['users:manage'], expiresInDays: 1 },
    })
    const as = { token: body.token }
    expect((await host.ask('GET', '/api/v1/users', { as })).status).toBe(200)
    await host.ask('DELETE', `/api/v1/tokens/${body.id}`)
    expect((await host.ask('GET', '/api/v1/users', { as })).status).toBe(401)
  })
})

describe('headers of every answer [O4]', () => {
  it.each(['/api/v1/health', '/api/v1/me', '/nothing', '/'])('protects %s', async (path) => {
    const { headers } = await host.ask('GET', path, { as: null })
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
      'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    })
    expect(headers.get('strict-transport-security')).toBeNull()
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })

  it('gives each request its own id and never takes one from outside', async () => {
    const answer = await host.ask('GET', '/api/v1/me', { as: null, headers: { 'x-request-id': 'mine' } })
    const id = answer.headers.get('x-request-id')
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    expect(answer.body.requestId).toBe(id)
  })

  it('lets nobody keep an answer of the API', async () => {
    expect((await host.ask('GET', '/api/v1/me')).headers.get('cache-control')).toBe('no-store')
    expect((await host.ask('GET', '/api/v1/nothing')).headers.get('cache-control')).toBe('no-store')
  })
})

const problem = (status: number, code: string) => ({ type: `urn:nexus:error:${code}`, status, code })

describe('problems [O4]', () => {
  it.each([
    ['GET', '/api/v1/nothing', 404, 'HTTP_NOT_FOUND'],
    ['POST', '/nothing', 404, 'HTTP_NOT_FOUND'],
    ['GET', '/', 404, 'HTTP_UI_MISSING'],
    ['PUT', '/api/v1/health', 405, 'HTTP_METHOD'],
    ['PROPFIND', '/api/v1/health', 501, 'HTTP_METHOD_UNKNOWN'],
    ['GET', '/api/v1/virtual-servers/%E0%A4%A', 404, 'VIRTUAL_SERVER_UNKNOWN'],
  ])('answers %s %s with a %d problem document', async (method, path, status, code) => {
    const answer = await raw(method, path, { cookie: host.cookie, origin: host.url })
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(JSON.parse(answer.body)).toMatchObject(problem(status, code))
  })

  it('names the methods that are served', async () => {
    expect((await host.ask('PUT', '/api/v1/secrets')).headers.get('allow')).toBe('HEAD, GET')
  })

  it.each([
    ['{"email":', 400, 'HTTP_BODY_MALFORMED'],
    ['', 400, 'HTTP_BODY_MALFORMED'],
    ['\u{d800}'.repeat(3), 400, 'HTTP_BODY_MALFORMED'],
    ['[]', 422, 'HTTP_INVALID'],
    ['null', 422, 'HTTP_INVALID'],
  ])('answers the body %j with %d', async (body, status, code) => {
    const answer = await raw('POST', '/api/v1/session', { ...json, origin: host.url }, body)
    expect(JSON.parse(answer.body)).toMatchObject(problem(status, code))
  })

  it('refuses bytes that are not UTF-8', async () => {
    const answer = await raw(
      'POST',
      '/api/v1/session',
      { ...json, origin: host.url },
      Buffer.from([0x22, 0xff, 0xfe, 0x22]),
    )
    expect(answer.status).toBe(400)
  })

  it('refuses a body that is too large, whether it says so or not, and stays usable', async () => {
    const large = JSON.stringify({ email: 'x'.repeat(1_100_000), password: 'x' })
    const declared = await raw(
      'POST',
      '/api/v1/session',
      { ...json, origin: host.url, 'content-length': String(large.length) },
      large,
    )
    expect(declared.status).toBe(413)
    const chunked = await raw(
      'POST',
      '/api/v1/session',
      { ...json, origin: host.url, 'transfer-encoding': 'chunked' },
      large,
    )
    expect(chunked.status).toBe(413)
    expect((await host.ask('GET', '/api/v1/health')).status).toBe(200)
  })

  it('refuses a compressed body', async () => {
    const answer = await raw('POST', '/api/v1/session', { ...json, origin: host.url, 'content-encoding': 'gzip' }, 'x')
    expect(answer.status).toBe(415)
  })

  it('says which member is wrong, unknown ones included', async () => {
    const answer = await host.ask('POST', '/api/v1/policies', {
      body: { role: 'king', plugin: 'a/b', tool: '*', effect: 'deny', extra: 1 },
    })
    expect(answer.body).toMatchObject(problem(422, 'HTTP_INVALID'))
    expect(answer.body.errors.map(({ path }: { path: string }) => path).toSorted()).toEqual(['extra', 'role'])
  })

  it('says which part of the query is wrong', async () => {
    const answer = await host.ask('GET', '/api/v1/audit?limit=100000&limit=2')
    expect(answer.status).toBe(422)
    expect(answer.body.errors[0].path).toBe('query.limit')
  })

  it('checks who asks before it reads what they say', async () => {
    const answer = await host.ask('POST', '/api/v1/policies', { as: null, body: '{"broken' })
    expect(answer.status).toBe(401)
  })

  it('tells nothing of a fault of its own but where the log has it', async () => {
    await using broken = await openHttpHost({
      ports: {
        doctor: async () => {
          throw new Error('SELECT * FROM users WHERE secret=hunter2')
        },
      },
    })
    const answer = await broken.ask('GET', '/api/v1/doctor')
    expect(answer.body).toMatchObject(problem(500, 'INTERNAL'))
    expect(answer.text).not.toContain('hunter2')
    expect(broken.logged.join('')).toContain(answer.body.requestId)
  })

  it('does not let out an answer that its own description refuses', async () => {
    await using broken = await openHttpHost({
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a defect of the host is what is tested
      ports: { doctor: async () => [{ name: 'Node', password: 'hunter2' }] as never },
    })
    const answer = await broken.ask('GET', '/api/v1/doctor')
    expect(answer.body).toMatchObject(problem(500, 'HTTP_RESPONSE_INVALID'))
    expect(answer.text).not.toContain('hunter2')
  })

  it('answers 503 with Retry-After once it is shutting down', async () => {
    await using leaving = await openHttpHost()
    leaving.close()
    const answer = await leaving.ask('GET', '/api/v1/health')
    expect(answer.body).toMatchObject(problem(503, 'HTTP_CLOSING'))
    expect(answer.headers.get('retry-after')).toBe('5')
  })
})
