import { registryRoutes } from '@nexus/registry/contract'
import { generateKeyPair } from '@nexus/registry/signing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestPostgres, postgresAvailable, skippedWithoutPostgres, startPostgres } from '../../helpers/postgres.ts'
import { openStore } from '../../../registry/src/store/open-store.ts'
import { namespaceProofs } from '../../../registry/src/store/rows/namespace-rows.ts'
import { signedPlugin } from '../fixtures.ts'
import { ADMIN_TOKEN, openTestRegistry } from '../http/open-test-registry.ts'

const META = 'io.modelcontextprotocol.registry/official'
const ADAPTER = {
  kind: 'mcp-adapter',
  permissions: {},
  contributes: { upstreams: [{ name: 'server', transport: 'http', title: 'Server' }] },
  repository: 'https://github.com/acme/adapter',
}

const entry = (name: string, version: string, change: object = {}) => ({
  server: {
    name,
    version,
    description: 'Tells the weather.',
    packages: [
      {
        registryType: 'npm',
        identifier: '@weather/server',
        version: '1.0.0',
        transport: { type: 'stdio' },
        environmentVariables: [{ name: 'API_KEY', isRequired: true, isSecret: true }],
      },
    ],
    ...change,
  },
})

function servesTheReadApi(databaseUrl: () => Promise<string | undefined>): void {
  let registry: Awaited<ReturnType<typeof openTestRegistry>>
  let owner: string
  let address: string | undefined
  beforeAll(async () => {
    address = await databaseUrl()
    registry = await openTestRegistry(address)
    const created = await registry.send('POST', '/api/v1/publishers/acme/tokens', {
      token: ADMIN_TOKEN,
      json: { name: 'owner', scopes: ['manage'] },
    })
    owner = String(Object(created.body).token)
    for (const version of ['1.0.0', '1.1.0'])
      expect(
        (
          await registry.publish(
            await signedPlugin(registry.key, { manifest: { id: 'acme/adapter', version, ...ADAPTER } }),
          )
        ).status,
      ).toBe(201)
    await registry.publish(await signedPlugin(registry.key, { manifest: { id: 'acme/connector' } }))
    for (const version of ['1.0.0', '1.10.0', '1.9.0']) await add(entry('nexus.acme/plain', version))
    await add(entry('io.github.someone/elsewhere', '2.0.0'), ADMIN_TOKEN)
  })
  afterAll(() => registry[Symbol.asyncDispose]())

  const add = (json: object, token = owner) => registry.send('POST', '/api/v1/publishers/acme/servers', { token, json })
  const list = async (query = '') =>
    registryRoutes.mcpServers.response.parse((await registry.send('GET', `/v0.1/servers${query}`)).body)
  const names = async (query = '') =>
    (await list(query)).servers.map(({ server }) => `${server.name}@${server.version}`)

  it('lists adapter plugins and plain entries, and no other plugins', async () => {
    expect(await names()).toEqual([
      'io.github.someone/elsewhere@2.0.0',
      'nexus.acme/plain@1.0.0',
      'nexus.acme/plain@1.10.0',
      'nexus.acme/plain@1.9.0',
      'nexus.acme/adapter@1.0.0',
      'nexus.acme/adapter@1.1.0',
    ])
  })

  it('says of a plugin what a Nexus host finds it by, and nothing that another client would start', async () => {
    const answer = await registry.send('GET', '/v0.1/servers/nexus.acme%2Fadapter/versions/latest')
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(registryRoutes.mcpServerVersion.response.parse(answer.body)).toMatchObject({
      server: {
        $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
        name: 'nexus.acme/adapter',
        title: 'Weather',
        version: '1.1.0',
        repository: { url: 'https://github.com/acme/adapter', source: 'github' },
        packages: [
          { registryType: 'nexus', identifier: 'acme/adapter', version: '1.1.0', registryBaseUrl: registry.url() },
        ],
      },
      _meta: { [META]: { status: 'active', isLatest: true } },
    })
  })

  it('pages with a cursor over everything, each once', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await list(`?limit=2${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)
      expect(page.metadata.count).toBe(page.servers.length)
      seen.push(...page.servers.map(({ server }) => `${server.name}@${server.version}`))
      cursor = page.metadata.nextCursor
    } while (cursor !== undefined)
    expect(seen).toEqual(await names())
    expect((await registry.send('GET', '/v0.1/servers?cursor=nonsense')).body).toMatchObject({ code: 'SERVER_CURSOR' })
    expect((await registry.send('GET', '/v0.1/servers?limit=101')).status).toBe(400)
  })

  it('finds by a part of the name, by the latest and by one version, and what changed since', async () => {
    expect(await names('?search=PLAIN&version=latest')).toEqual(['nexus.acme/plain@1.10.0'])
    expect(await names('?version=1.1.0')).toEqual(['nexus.acme/adapter@1.1.0'])
    expect(await names('?search=100%25')).toEqual([])
    expect(await names(`?updated_since=${encodeURIComponent('2020-01-01T00:00:00+02:00')}`)).toHaveLength(6)
    expect(await names('?updated_since=2999-01-01T00:00:00Z')).toEqual([])
  })

  it('lists the versions of one server newest first, and 404 for one that is not there', async () => {
    const answer = await registry.send('GET', '/v0.1/servers/nexus.acme%2Fplain/versions')
    expect(
      registryRoutes.mcpServerVersions.response.parse(answer.body).servers.map(({ server }) => server.version),
    ).toEqual(['1.10.0', '1.9.0', '1.0.0'])
    expect((await registry.send('GET', '/v0.1/servers/nexus.acme%2Fnothing/versions')).body).toMatchObject({
      code: 'SERVER_NOT_FOUND',
      status: 404,
    })
    expect((await registry.send('GET', '/v0.1/servers/nexus.acme%2Fplain/versions/9.9.9')).status).toBe(404)
  })

  it('shows a deleted version to those who ask for it, and calls the next one the latest', async () => {
    for (const version of ['1.0.0', '2.0.0']) await add(entry('nexus.acme/doomed', version))
    const path = `/api/v1/publishers/acme/servers/${encodeURIComponent('nexus.acme/doomed')}/versions/2.0.0/status`
    const changed = await registry.send('PUT', path, {
      token: owner,
      json: { status: 'deleted', statusMessage: 'Broken.' },
    })
    expect(changed.body).toMatchObject({
      _meta: { [META]: { status: 'deleted', statusMessage: 'Broken.', isLatest: false } },
    })
    expect(await names('?search=doomed')).toEqual(['nexus.acme/doomed@1.0.0'])
    expect(await names('?search=doomed&include_deleted=true')).toHaveLength(2)
    expect(await names('?search=doomed&version=latest')).toEqual(['nexus.acme/doomed@1.0.0'])
    const gone = '/v0.1/servers/nexus.acme%2Fdoomed/versions/2.0.0'
    expect((await registry.send('GET', gone)).status).toBe(404)
    expect((await registry.send('GET', `${gone}?include_deleted=true`)).status).toBe(200)
  })

  it('lets a publisher use the names of a proven domain, and of no other', async () => {
    await using store = await openStore({
      dataDir: registry.dataDir,
      databaseUrl: address ?? `sqlite:${registry.dataDir}/registry.db`,
    })
    const now = new Date().toISOString()
    const proof = {
      publisherId: 'acme',
      domain: 'weather.example',
      challenge: 'c',
      method: 'dns',
      checkedAt: now,
      failingSince: null,
    }
    await store.database.getRepository(namespaceProofs).insert({ ...proof, createdAt: now, provenAt: now } as never)
    expect((await add(entry('example.weather/proven', '1.0.0'))).status).toBe(201)
    expect((await add(entry('example.weather.api/proven', '1.0.0'))).status).toBe(201)
    expect((await add(entry('example.weatherman/proven', '1.0.0'))).body).toMatchObject({ code: 'SERVER_NAMESPACE' })
  })

  it('takes entries from those who may name them so, each version once', async () => {
    const rival = await registry.createPublisher('rival', generateKeyPair().publicKey, ['manage'])
    expect((await add(entry('nexus.acme/plain', '1.0.0'))).body).toMatchObject({ code: 'SERVER_EXISTS', status: 409 })
    expect((await add(entry('com.example/theirs', '1.0.0'))).body).toMatchObject({
      code: 'SERVER_NAMESPACE',
      status: 403,
    })
    expect((await add(entry('nexus.acme/adapter', '9.0.0'))).body).toMatchObject({ code: 'SERVER_NAMESPACE' })
    const foreign = await registry.send('POST', '/api/v1/publishers/acme/servers', {
      token: rival,
      json: entry('nexus.acme/x', '1.0.0'),
    })
    expect(foreign.body).toMatchObject({ code: 'FORBIDDEN' })
    expect((await add(entry('nexus.acme/ranged', '1.x'))).body).toMatchObject({ code: 'REQUEST_INVALID' })
    expect((await add(entry('nexus.acme/long', '1.0.0', { description: 'x'.repeat(101) }))).status).toBe(422)
    expect((await add(entry('nexus.acme/hidden', '1.0.0', { description: 'a\u202Eb' }))).status).toBe(422)
  })
}

describe('MCP Registry read API [R6]', () => {
  servesTheReadApi(() => Promise.resolve(undefined))
})

describe.skipIf(!postgresAvailable())(
  `MCP Registry on PostgreSQL [R6][O8] (${skippedWithoutPostgres} when absent)`,
  () => {
    let server: TestPostgres
    beforeAll(async () => {
      server = await startPostgres()
    })
    afterAll(() => server[Symbol.asyncDispose]())
    servesTheReadApi(() => server.createDatabase())
  },
)
