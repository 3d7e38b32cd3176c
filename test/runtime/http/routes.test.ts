import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HttpHost, openHttpHost } from './http-host.ts'

let host: HttpHost
let installation: string
beforeAll(async () => {
  host = await openHttpHost()
  installation = await host.install()
})
afterAll(() => host[Symbol.asyncDispose]())

const missing = '00000000-0000-4000-8000-000000000000'

describe('marketplace [U1]', () => {
  it('lists plugins with what they may touch and what is installed', async () => {
    const { body } = await host.ask('GET', '/api/v1/marketplace?q=hello')
    expect(body.total).toBe(1)
    expect(body.items[0]).toMatchObject({
      pluginId: 'acme/hello',
      displayName: 'Hello',
      strip: { network: 'broad', secrets: 'scoped', files: 'none' },
      installation: { id: installation, version: '1.2.0', state: 'active' },
    })
    expect((await host.ask('GET', '/api/v1/marketplace?q=nothing')).body.items).toEqual([])
  })

  it('shows a plugin with every permission in words, in the reader’s language [U6]', async () => {
    const { body } = await host.ask('GET', '/api/v1/marketplace/acme/hello?language=de')
    expect(body).toMatchObject({ displayName: 'Hallo', description: 'Grüßt Leute.', verified: true, license: 'MIT' })
    expect(body.permissions).toEqual([
      {
        family: 'network',
        reach: 'broad',
        targets: ['*.acme.example:443 GET'],
        reason: 'Um nach Namen zu fragen.',
        optional: false,
      },
      {
        family: 'network',
        reach: 'scoped',
        targets: [],
        fromConfig: 'server',
        reason: 'To greet there.',
        optional: false,
      },
      {
        family: 'secrets',
        reach: 'scoped',
        targets: [],
        fromConfig: 'key',
        reason: 'To sign in there.',
        optional: false,
      },
      { family: 'tools', reach: 'broad', targets: ['acme/other:*'], reason: 'To pass greetings on.', optional: true },
    ])
    expect(body.config.map(({ name, title }: { name: string; title: string }) => [name, title])).toEqual([
      ['server', 'Rechner'],
      ['key', 'Key'],
    ])
    expect(body.tools).toEqual([
      { name: 'greet', title: 'Greet', description: 'Says hello.', readOnly: true, inputSchema: { type: 'object' } },
    ])
    expect(body.contributions).toEqual([{ point: 'prompts', name: 'welcome', title: 'welcome' }])
    expect(body.sandbox).toEqual({ profile: 'standard', tier: 'isolate', memoryMb: 64, wallMsPerCall: 5000 })
    const german = await host.ask('GET', '/api/v1/marketplace/acme/hello', {
      headers: { 'accept-language': 'fr, de;q=0.5' },
    })
    expect(german.body.displayName).toBe('Hallo')
  })

  it('answers 404 for a plugin or a version that is not there', async () => {
    expect((await host.ask('GET', '/api/v1/marketplace/acme/nothing')).status).toBe(404)
    expect((await host.ask('GET', '/api/v1/marketplace/acme/hello?version=9.9.9')).status).toBe(404)
  })
})

describe('installing [U1] [H7]', () => {
  it('plans: what is missing, then what exactly would be granted', async () => {
    const empty = await host.ask('POST', '/api/v1/installations/plan', { body: { pluginId: 'acme/hello' } })
    expect(empty.body.configErrors).toEqual([{ path: 'server', message: 'Expected a value, found none.' }])
    const plan = await host.ask('POST', '/api/v1/installations/plan', {
      body: { pluginId: 'acme/hello', config: { server: 'api.acme.example:8443' } },
    })
    expect(plan.body.configErrors).toEqual([])
    expect(plan.body.permissions[1].targets).toEqual(['api.acme.example:8443 GET POST'])
    expect(plan.body.networkTargets).toContainEqual({
      host: 'api.acme.example',
      port: 8443,
      scheme: 'https',
      methods: ['GET', 'POST'],
    })
    expect(plan.body.consentDigest).not.toBe(empty.body.consentDigest)
  })

  it('refuses an install with consent to something else, and keeps nothing', async () => {
    const before = (await host.ask('GET', '/api/v1/installations')).body.items.length
    const body = {
      pluginId: 'acme/hello',
      version: '1.2.0',
      consentDigest: 'sha256:other',
      config: { server: 'acme.example' },
    }
    const started = await host.ask('POST', '/api/v1/installations', { body })
    expect(started.status).toBe(202)
    let job = started.body
    while (job.state === 'running') job = (await host.ask('GET', `/api/v1/jobs/${job.id}`)).body
    expect(job).toMatchObject({
      state: 'failed',
      problem: { code: 'INSTALLATION_CONSENT', status: 409, requestId: started.headers.get('x-request-id') },
    })
    expect(job.steps).toContainEqual({ name: 'grant', state: 'failed' })
    expect((await host.ask('GET', '/api/v1/installations')).body.items).toHaveLength(before)
  })

  it('answers 404 for a plan of a plugin that is not there, and for an unknown job', async () => {
    expect((await host.ask('POST', '/api/v1/installations/plan', { body: { pluginId: 'acme/nothing' } })).status).toBe(
      404,
    )
    expect((await host.ask('GET', `/api/v1/jobs/${missing}`)).status).toBe(404)
  })

  it('shows what is installed, with its upstream, chain and log', async () => {
    host.log.write(installation, 'warn', 'careful')
    const { items } = (await host.ask('GET', '/api/v1/installations')).body
    expect(items).toContainEqual(
      expect.objectContaining({ id: installation, state: 'active', enabled: true, installedBy: 'Ada' }),
    )
    const { body } = await host.ask('GET', `/api/v1/installations/${installation}`)
    expect(body).toMatchObject({
      configValues: { server: 'acme.example' },
      log: [{ level: 'warn', message: 'careful' }],
    })
    expect(body.chain.map(({ layer }: { layer: string }) => layer)).toEqual(['bytes', 'publisher'])
    expect(body.upstreams).toMatchObject([
      { kind: 'isolate', state: 'ready', prompts: 1, tools: [{ name: 'greet', readOnly: true }] },
    ])
    expect(body.permissions[1].targets).toEqual(['acme.example:443 GET POST'])
  })

  it('disables, enables, reconfigures and restarts', async () => {
    const path = `/api/v1/installations/${installation}`
    expect((await host.ask('PATCH', path, { body: { enabled: false } })).body).toMatchObject({
      enabled: false,
      upstreams: [],
    })
    expect((await host.ask('PATCH', path, { body: { enabled: true } })).body).toMatchObject({
      enabled: true,
      state: 'active',
    })
    const changed = await host.ask('PATCH', path, { body: { config: { server: 'b.acme.example' } } })
    expect(changed.body.configValues).toEqual({ server: 'b.acme.example' })
    expect((await host.ask('PATCH', path, { body: { config: { server: 'not a host!' } } })).status).toBe(422)
    expect((await host.ask('POST', `${path}/restart`)).body.state).toBe('active')
  })

  it('answers 404 for an installation of another workspace, as for one that does not exist [I2]', async () => {
    const admin = await host.identity.sessionPrincipal(host.cookie.slice('nexus='.length), undefined)
    if (admin === undefined) throw new Error('Expected a principal.')
    await host.identity.createWorkspace(admin, { name: 'elsewhere', title: 'Elsewhere' }, 'test')
    const headers = { 'x-nexus-workspace': 'elsewhere' }
    for (const [method, path, body] of [
      ['GET', installation],
      ['PATCH', installation, { enabled: false }],
      ['POST', `${installation}/restart`],
      ['DELETE', installation],
    ] as const) {
      const foreign = await host.ask(method, `/api/v1/installations/${path}`, { headers, ...(body && { body }) })
      const unknown = await host.ask(method, `/api/v1/installations/${path.replace(installation, missing)}`, {
        headers,
        ...(body && { body }),
      })
      expect([foreign.status, unknown.status], `${method} ${path}`).toEqual([404, 404])
    }
    expect((await host.ask('GET', '/api/v1/installations', { headers })).body.items).toEqual([])
    expect((await host.ask('GET', `/api/v1/installations/${installation}`)).status).toBe(200)
  })

  it('removes', async () => {
    await using own = await openHttpHost()
    const id = await own.install()
    expect((await own.ask('DELETE', `/api/v1/installations/${id}`)).status).toBe(204)
    expect((await own.ask('GET', `/api/v1/installations/${id}`)).status).toBe(404)
  })
})

describe('tools and virtual servers [G4]', () => {
  it('lists upstreams with their tools', async () => {
    const { items } = (await host.ask('GET', '/api/v1/tools')).body
    expect(items).toMatchObject([{ label: 'hello', tools: [{ name: 'greet' }] }])
  })

  it('creates, shows, changes and removes a virtual server, and audits it', async () => {
    const tools = [{ upstream: 'hello', tool: 'greet', as: 'hi' }]
    const made = await host.ask('POST', '/api/v1/virtual-servers', { body: { name: 'desk', title: 'Desk', tools } })
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({
      url: `${host.url}/v/desk/mcp`,
      effective: [{ exposed: 'hi', upstream: 'hello', tool: 'greet' }],
      problems: [],
    })
    expect(
      (await host.ask('POST', '/api/v1/virtual-servers', { body: { name: 'desk', title: 'Desk', tools } })).status,
    ).toBe(409)
    const changed = await host.ask('PATCH', '/api/v1/virtual-servers/desk', { body: { title: 'Front desk' } })
    expect(changed.body).toMatchObject({ title: 'Front desk', tools })
    expect((await host.ask('GET', '/api/v1/virtual-servers')).body.items).toHaveLength(1)
    expect((await host.ask('GET', '/api/v1/virtual-servers/desk')).body.title).toBe('Front desk')
    expect((await host.ask('DELETE', '/api/v1/virtual-servers/desk')).status).toBe(204)
    expect((await host.ask('DELETE', '/api/v1/virtual-servers/desk')).status).toBe(404)
    expect((await host.ask('GET', '/api/v1/virtual-servers/desk')).status).toBe(404)
    await host.flush()
    const { items } = (await host.ask('GET', '/api/v1/audit?target=desk')).body
    expect(items.map(({ action }: { action: string }) => action)).toEqual([
      'server.removed',
      'server.changed',
      'server.created',
    ])
  })

  it('refuses a virtual server that is not valid', async () => {
    expect(
      (await host.ask('POST', '/api/v1/virtual-servers', { body: { name: 'No Good', title: 'x', tools: [] } })).status,
    ).toBe(422)
  })
})

describe('tokens, secrets, policies, people [U3]', () => {
  it('shows a token once and keeps only what is needed to recognise it', async () => {
    const made = await host.ask('POST', '/api/v1/tokens', {
      body: { name: 'laptop', scopes: ['tools:call'], expiresInDays: 30 },
    })
    expect(made.status).toBe(201)
    expect(made.body.token).toMatch(/^nxs_/)
    const listed = await host.ask('GET', '/api/v1/tokens')
    expect(listed.text).not.toContain(made.body.token)
    expect(listed.body.items).toContainEqual(
      expect.objectContaining({ id: made.body.id, owner: 'Ada', revoked: false }),
    )
    expect((await host.ask('DELETE', `/api/v1/tokens/${made.body.id}`)).status).toBe(204)
    expect((await host.ask('DELETE', `/api/v1/tokens/${missing}`)).status).toBe(404)
  })

  it('gives no token more than its owner has, and none with a scope that does not exist', async () => {
    const member = await host.person('member')
    const body = { name: 'x', scopes: ['users:manage'], expiresInDays: 1 }
    expect((await host.ask('POST', '/api/v1/tokens', { as: member, body })).status).toBe(403)
    const unknown = await host.ask('POST', '/api/v1/tokens', { body: { ...body, scopes: ['tools:call', 'god'] } })
    expect(unknown.body).toMatchObject({ status: 422, errors: [{ path: 'scopes.1' }] })
  })

  it('takes secrets in and never gives them out', async () => {
    const value = 'hunter2-very-secret'
    const put = await host.ask('PUT', '/api/v1/secrets/acme_key', { body: { value } })
    expect(put.body).toMatchObject({ name: 'acme_key', version: 1, usedBy: [] })
    await host.ask('PATCH', `/api/v1/installations/${installation}`, {
      body: { config: { server: 'acme.example', key: 'acme_key' } },
    })
    const listed = await host.ask('GET', '/api/v1/secrets')
    expect(listed.body.items).toMatchObject([{ name: 'acme_key', usedBy: ['acme/hello'] }])
    const everything = [
      put,
      listed,
      await host.ask('GET', `/api/v1/installations/${installation}`),
      await host.ask('GET', '/api/v1/audit?limit=500'),
    ]
    expect(everything.map(({ text }) => text).join('')).not.toContain(value)
    await host.ask('PATCH', `/api/v1/installations/${installation}`, { body: { config: { server: 'acme.example' } } })
    expect((await host.ask('DELETE', '/api/v1/secrets/acme_key')).status).toBe(204)
    expect((await host.ask('DELETE', '/api/v1/secrets/acme_key')).status).toBe(404)
  })

  it('adds, lists and removes rules', async () => {
    const rule = { role: 'member', plugin: 'acme/hello', tool: 'greet', effect: 'deny' }
    const made = await host.ask('POST', '/api/v1/policies', { body: rule })
    expect(made.body).toMatchObject(rule)
    expect((await host.ask('GET', '/api/v1/policies')).body.items).toContainEqual(made.body)
    expect((await host.ask('DELETE', `/api/v1/policies/${made.body.id}`)).status).toBe(204)
    expect((await host.ask('DELETE', `/api/v1/policies/${made.body.id}`)).status).toBe(404)
  })

  it('adds, changes and disables people; no answer holds a password', async () => {
    const person = {
      email: 'Bob@Example.com',
      displayName: 'Bob',
      password: 'a long enough pass phrase',
      role: 'member',
    }
    const made = await host.ask('POST', '/api/v1/users', { body: person })
    expect(made.body).toMatchObject({ email: 'bob@example.com', roles: ['member'], disabled: false })
    expect(Object.keys(made.body).toSorted()).toEqual(['createdAt', 'disabled', 'displayName', 'email', 'id', 'roles'])
    expect((await host.ask('POST', '/api/v1/users', { body: person })).status).toBe(409)
    const changed = await host.ask('PATCH', `/api/v1/users/${made.body.id}`, {
      body: { role: 'auditor', disabled: true },
    })
    expect(changed.body).toMatchObject({ roles: ['auditor'], disabled: true })
    expect((await host.ask('PATCH', `/api/v1/users/${missing}`, { body: { disabled: true } })).status).toBe(404)
    expect((await host.ask('GET', '/api/v1/users')).body.items.length).toBeGreaterThan(1)
  })
})

describe('the host at a glance [U2]', () => {
  it('counts calls, installations and what waits for somebody', async () => {
    const workspaceId = (await host.ask('GET', '/api/v1/me')).body.workspace.id
    host.calls.toolCalled({ workspaceId, durationMs: 12, failed: false })
    host.calls.toolCalled({ workspaceId, durationMs: 12, failed: true })
    const { body } = await host.ask('GET', '/api/v1/overview')
    expect(body.calls).toMatchObject({ lastHour: 2, failedLastHour: 1 })
    expect(body.perMinute).toHaveLength(60)
    expect(body.installations).toEqual({ active: 1, failed: 0, total: 1 })
    expect(body.checklist.pluginInstalled).toBe(true)
    expect(body.recent.length).toBeGreaterThan(0)
  })

  it('shows what others did only to those who may read the audit trail', async () => {
    const member = await host.person('member')
    expect((await host.ask('GET', '/api/v1/overview', { as: member })).body.recent).toEqual([])
    expect((await host.ask('GET', '/api/v1/audit', { as: member })).status).toBe(403)
    const auditor = await host.person('auditor')
    expect((await host.ask('GET', '/api/v1/audit?limit=2', { as: auditor })).body.items).toHaveLength(2)
  })

  it('says how it is, whom it believes and how it booted', async () => {
    expect((await host.ask('GET', '/api/v1/health', { as: null })).body).toEqual({ status: 'ok', version: '0.1.0' })
    expect((await host.ask('GET', '/api/v1/doctor')).body.items).toHaveLength(1)
    expect((await host.ask('GET', '/api/v1/trust')).body.registryUrl).toBe('http://registry.example')
    expect((await host.ask('GET', '/api/v1/boot')).body.items).toMatchObject([
      { pluginId: 'acme/hello', state: 'active' },
    ])
  })
})

describe('workspaces [I2]', () => {
  it('are created by a host admin, listed, and acted in by name', async () => {
    const made = await host.ask('POST', '/api/v1/workspaces', { body: { name: 'desk', title: 'Desk' } })
    expect(made).toMatchObject({ status: 201, body: { name: 'desk', title: 'Desk' } })
    expect((await host.ask('POST', '/api/v1/workspaces', { body: { name: 'desk', title: 'Again' } })).status).toBe(409)
    expect((await host.ask('POST', '/api/v1/workspaces', { body: { name: 'No Name', title: 'X' } })).status).toBe(422)
    const names = (await host.ask('GET', '/api/v1/workspaces')).body.items.map(({ name }: { name: string }) => name)
    expect(names).toEqual(expect.arrayContaining(['main', 'desk']))
    const inside = await host.ask('GET', '/api/v1/installations', { headers: { 'x-nexus-workspace': 'desk' } })
    expect(inside.body.items).toEqual([])
  })
})
