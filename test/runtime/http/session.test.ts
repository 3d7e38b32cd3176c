import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, type HttpHost, cookieOf, openHttpHost } from './http-host.ts'

const guess = (host: HttpHost) =>
  host.ask('POST', '/api/v1/session', { as: null, body: { email: 'guess@example.com', password: 'x' } })

describe('sessions over HTTP [I1]', () => {
  let host: HttpHost
  beforeAll(async () => {
    host = await openHttpHost()
  })
  afterAll(() => host[Symbol.asyncDispose]())

  it('creates the first admin once, with the link', async () => {
    await using fresh = await openHttpHost({ fresh: true })
    expect((await fresh.ask('GET', '/api/v1/setup', { as: null })).body).toEqual({ needed: true })
    const wrong = await fresh.ask('POST', '/api/v1/setup', { as: null, body: { ...ADMIN, token: 'wrong' } })
    expect(wrong.status).toBe(403)
    const made = await fresh.ask('POST', '/api/v1/setup', { as: null, body: { ...ADMIN, token: fresh.setupToken } })
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({ user: { email: ADMIN.email }, roles: ['admin'], workspace: { name: 'main' } })
    expect((await fresh.ask('GET', '/api/v1/setup', { as: null })).body).toEqual({ needed: false })
    const again = await fresh.ask('POST', '/api/v1/setup', { as: null, body: { ...ADMIN, token: fresh.setupToken } })
    expect(again.status).toBe(403)
  })

  it('signs in with a cookie that scripts and other sites cannot use', async () => {
    const entered = await host.ask('POST', '/api/v1/session', {
      as: null,
      body: { email: ADMIN.email, password: ADMIN.password },
    })
    expect(entered.status).toBe(201)
    expect(entered.headers.getSetCookie()[0]).toMatch(/^nexus=[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Expires=/)
    const me = await host.ask('GET', '/api/v1/me', { as: { cookie: cookieOf(entered) } })
    expect(me.body.permissions).toContain('users:manage')
    expect(me.body.host).toMatchObject({ version: '0.1.0', mcpUrl: `${host.url}/mcp` })
  })

  it('uses a __Host- cookie that only travels encrypted when the public URL is https', async () => {
    await using secure = await openHttpHost({ fresh: true, facts: { publicUrl: 'https://nexus.example' } })
    const made = await secure.ask('POST', '/api/v1/setup', { as: null, body: { ...ADMIN, token: secure.setupToken } })
    expect(made.headers.getSetCookie()[0]).toMatch(
      /^__Host-nexus=[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Secure; Expires=/,
    )
    expect(made.headers.get('strict-transport-security')).toBe('max-age=31536000')
    expect((await secure.ask('GET', '/api/v1/me', { as: { cookie: cookieOf(made) } })).status).toBe(200)
    const renamed = cookieOf(made).replace('__Host-nexus', 'nexus')
    expect((await secure.ask('GET', '/api/v1/me', { as: { cookie: renamed } })).status).toBe(401)
  })

  it('gives one answer for a wrong password and for an unknown person', async () => {
    const wrong = await host.ask('POST', '/api/v1/session', {
      as: null,
      body: { email: ADMIN.email, password: 'wrong' },
    })
    const unknown = await host.ask('POST', '/api/v1/session', {
      as: null,
      body: { email: 'no@example.com', password: 'wrong' },
    })
    expect(wrong.status).toBe(401)
    expect({ ...unknown.body, requestId: '' }).toEqual({ ...wrong.body, requestId: '' })
    expect(wrong.headers.getSetCookie()).toEqual([])
  })

  it('answers 429 with Retry-After when somebody guesses', async () => {
    let last = await guess(host)
    for (let attempt = 0; attempt < 60 && last.status === 401; attempt += 1) last = await guess(host)
    expect(last.status).toBe(429)
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('ends the session that the browser had when it signs in again', async () => {
    await using other = await openHttpHost()
    const body = { email: ADMIN.email, password: ADMIN.password }
    const second = await other.ask('POST', '/api/v1/session', { body })
    expect(cookieOf(second)).not.toBe(other.cookie)
    expect((await other.ask('GET', '/api/v1/me')).status).toBe(401)
    expect((await other.ask('GET', '/api/v1/me', { as: { cookie: cookieOf(second) } })).status).toBe(200)
  })

  it('lets somebody with a dead cookie sign in, and clears a dead cookie', async () => {
    const dead = { cookie: `nexus=${'A'.repeat(43)}` }
    const me = await host.ask('GET', '/api/v1/me', { as: dead })
    expect(me.status).toBe(401)
    expect(me.headers.get('www-authenticate')).toBe('Bearer realm="nexus"')
    expect(me.headers.getSetCookie()[0]).toBe('nexus=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0')
    const entered = await host.ask('POST', '/api/v1/session', {
      as: dead,
      body: { email: ADMIN.email, password: ADMIN.password },
    })
    expect(entered.status).toBe(201)
  })

  it('signs out for good', async () => {
    const person = await host.person('member')
    const out = await host.ask('DELETE', '/api/v1/session', { as: person })
    expect(out.status).toBe(204)
    expect(out.headers.getSetCookie()[0]).toContain('Max-Age=0')
    expect((await host.ask('GET', '/api/v1/me', { as: person })).status).toBe(401)
  })

  it('acts in the workspace that is asked for, and tells nobody whether another one exists [I2]', async () => {
    const admin = await host.identity.sessionPrincipal(host.cookie.slice('nexus='.length), undefined)
    if (admin === undefined) throw new Error('Expected a principal.')
    await host.identity.createWorkspace(admin, { name: 'labs', title: 'Labs' }, 'test')
    const labs = await host.ask('GET', '/api/v1/me', { headers: { 'x-nexus-workspace': 'labs' } })
    expect(labs.body.workspace.title).toBe('Labs')
    const member = await host.person('member')
    const foreign = await host.ask('GET', '/api/v1/me', { as: member, headers: { 'x-nexus-workspace': 'labs' } })
    const unknown = await host.ask('GET', '/api/v1/me', { as: member, headers: { 'x-nexus-workspace': 'nowhere' } })
    expect(foreign.status).toBe(403)
    expect({ ...unknown.body, requestId: '' }).toEqual({ ...foreign.body, requestId: '' })
  })
})
