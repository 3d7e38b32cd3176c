import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { registryRoutes } from '@nexus/registry/contract'
import { generateKeyPair, signRelease } from '@nexus/registry/signing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestPostgres, postgresAvailable, skippedWithoutPostgres, startPostgres } from '../../helpers/postgres.ts'
import { type pluginFiles, signable, signedPlugin } from '../fixtures.ts'
import { ADMIN_TOKEN, openTestRegistry } from './open-test-registry.ts'

type TestRegistry = Awaited<ReturnType<typeof openTestRegistry>>

const plugin = (
  registry: TestRegistry,
  name: string,
  version = '1.0.0',
  change: Parameters<typeof pluginFiles>[0] = {},
) => signedPlugin(registry.key, { ...change, manifest: { id: `acme/${name}`, version, ...change.manifest } })

const filesIn = async (registry: TestRegistry, folder: string) =>
  (await readdir(join(registry.dataDir, folder), { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  )

const search = async (registry: TestRegistry, query: string) =>
  registryRoutes.search.response.parse((await registry.send('GET', `/api/v1/plugins?${query}`)).body)

function behavesLikeARegistry(databaseUrl: () => Promise<string | undefined>): void {
  let registry: TestRegistry
  beforeAll(async () => {
    registry = await openTestRegistry(await databaseUrl())
  })
  afterAll(() => registry[Symbol.asyncDispose]())

  it('publishes a release and serves it with both signatures', async () => {
    const release = await plugin(registry, 'first')
    const published = await registry.publish(release)
    expect(published.status).toBe(201)
    const found = await registry.send('GET', '/api/v1/plugins/acme/first/versions/1.0.0')
    expect(registryRoutes.release.response.parse(found.body)).toMatchObject({
      bundleDigest: release.digests.bundle,
      signatures: { publish: release.signature },
    })
    const blob = await fetch(`${registry.url()}/api/v1/blobs/${release.digests.bundle}`)
    expect(blob.headers.get('etag')).toBe(`"${release.digests.bundle}"`)
    expect(blob.headers.get('cache-control')).toContain('immutable')
    expect(Buffer.from(await blob.arrayBuffer()).equals(Buffer.from(release.bundle))).toBe(true)
    const page = await registry.send('GET', '/api/v1/plugins/acme/first')
    expect(registryRoutes.plugin.response.parse(page.body)).toMatchObject({
      latestVersion: '1.0.0',
      downloads: 1,
      readmeHtml: expect.stringContaining('<h1>'),
    })
  })

  it('never publishes a version twice, whatever is in it', async () => {
    await registry.publish(await plugin(registry, 'once'))
    const other = await plugin(registry, 'once', '1.0.0', { files: { 'dist/index.js': 'export default 1' } })
    const again = await registry.publish(other)
    expect(again).toMatchObject({ status: 409, body: { code: 'RELEASE_EXISTS' } })
    expect((await registry.send('GET', `/api/v1/blobs/${other.digests.bundle}`)).status).toBe(404)
  })

  it('lets exactly one of several concurrent publications win, with nothing half visible', async () => {
    const rivals = await Promise.all(
      [1, 2, 3, 4].map((number) =>
        plugin(registry, 'race', '1.0.0', { files: { 'dist/index.js': `export default ${number}` } }),
      ),
    )
    const uploads = await Promise.all(rivals.map((rival) => registry.upload(rival.bundle)))
    const answers = await Promise.all(
      rivals.map((rival, index) =>
        registry.send('POST', '/api/v1/plugins/acme/race/versions', {
          token: registry.token,
          json: { uploadId: uploads[index], signature: rival.signature },
        }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([201, 409, 409, 409])
    const winner = rivals[answers.findIndex(({ status }) => status === 201)]
    for (const rival of rivals) {
      const { status } = await registry.send('HEAD', `/api/v1/blobs/${rival.digests.bundle}`)
      expect(status).toBe(rival === winner ? 200 : 404)
    }
    expect(await filesIn(registry, 'uploads')).toEqual([])
  })

  it('lets concurrent publications of the very same bytes leave one release that is whole', async () => {
    const same = await plugin(registry, 'same')
    const answers = await Promise.all([registry.publish(same), registry.publish(same), registry.publish(same)])
    expect(answers.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([201, 409, 409])
    expect((await registry.send('HEAD', `/api/v1/blobs/${same.digests.bundle}`)).status).toBe(200)
  })

  it('knows the newest version when versions are published at once, in any order', async () => {
    const versions = ['1.0.0', '1.2.0', '2.0.0-beta.1', '1.1.0']
    await Promise.all(versions.map(async (version) => registry.publish(await plugin(registry, 'many', version))))
    const page = await registry.send('GET', '/api/v1/plugins/acme/many')
    expect(page.body).toMatchObject({
      latestVersion: '1.2.0',
      versions: ['2.0.0-beta.1', '1.2.0', '1.1.0', '1.0.0'].map((version) => ({ version })),
    })
    const resolved = async (range: string) =>
      Object((await registry.send('GET', `/api/v1/plugins/acme/many/resolve?range=${encodeURIComponent(range)}`)).body)
    expect((await resolved('*')).version).toBe('1.2.0')
    expect((await resolved('~1.1.0')).version).toBe('1.1.0')
    expect((await resolved('>=2.0.0-0')).version).toBe('2.0.0-beta.1')
    expect(await resolved('^3.0.0')).toMatchObject({ code: 'RELEASE_NOT_FOUND' })
    expect(await resolved('nonsense')).toMatchObject({ code: 'REQUEST_MALFORMED', status: 400 })
  })

  it('withdraws a yanked release from resolving and keeps its bytes', async () => {
    await registry.publish(await plugin(registry, 'yanked', '1.0.0'))
    const bad = await plugin(registry, 'yanked', '1.0.1')
    await registry.publish(bad)
    const path = '/api/v1/plugins/acme/yanked/versions/1.0.1/yank'
    expect((await registry.send('PUT', path, { token: registry.token })).status).toBe(204)
    expect((await registry.send('GET', '/api/v1/plugins/acme/yanked/resolve')).body).toMatchObject({ version: '1.0.0' })
    expect((await registry.send('HEAD', `/api/v1/blobs/${bad.digests.bundle}`)).status).toBe(200)
    expect((await registry.send('DELETE', path, { token: registry.token })).status).toBe(204)
    expect((await registry.send('GET', '/api/v1/plugins/acme/yanked/resolve')).body).toMatchObject({ version: '1.0.1' })
  })

  it('finds plugins by word, kind and publisher, page by page', async () => {
    for (const name of ['find-a', 'find-b', 'find-c']) {
      await registry.publish(
        await plugin(registry, name, '1.0.0', {
          manifest: { displayName: `Umbrella ${name}`, description: '100% dry' },
        }),
      )
    }
    const first = await search(registry, 'q=umbrella&sort=name&limit=2')
    expect(first).toMatchObject({ total: 3, items: [{ id: 'acme/find-a' }, { id: 'acme/find-b' }] })
    expect(
      (await search(registry, `q=umbrella&sort=name&limit=2&cursor=${first.nextCursor}`)).items.map(({ id }) => id),
    ).toEqual(['acme/find-c'])
    expect((await search(registry, 'q=100%25')).total).toBe(3)
    expect((await search(registry, 'q=1_0%25')).total).toBe(0)
    expect((await search(registry, `q=${encodeURIComponent("' OR 1=1 --")}`)).total).toBe(0)
    expect((await search(registry, 'q=umbrella&kind=policy-pack')).total).toBe(0)
    expect((await search(registry, 'q=umbrella&publisher=acme')).total).toBe(3)
  })

  it('refuses a rejected upload and leaves neither file nor row', async () => {
    const before = (await filesIn(registry, 'blobs')).length
    const uploadId = await registry.upload(Buffer.from('not a bundle'))
    const { signature } = await plugin(registry, 'never')
    const answer = await registry.send('POST', '/api/v1/plugins/acme/never/versions', {
      token: registry.token,
      json: { uploadId, signature },
    })
    expect(answer).toMatchObject({ status: 422, body: { code: 'BUNDLE_GZIP' } })
    expect(await filesIn(registry, 'uploads')).toEqual([])
    expect((await filesIn(registry, 'blobs')).length).toBe(before)
    expect((await registry.send('GET', '/api/v1/plugins/acme/never')).status).toBe(404)
  })

  it('refuses a signature of another key, about other bytes, or of the future', async () => {
    const release = await plugin(registry, 'signed')
    const claim = signable(release.manifest, release.digests)
    const foreign = await signRelease(claim, generateKeyPair())
    expect(await registry.publish({ ...release, signature: foreign })).toMatchObject({
      status: 422,
      body: { code: 'SIGNATURE_KEY_UNKNOWN' },
    })
    const other = await signRelease({ ...claim, bundleDigest: `sha512:${'0'.repeat(128)}` }, registry.key)
    expect(await registry.publish({ ...release, signature: other })).toMatchObject({
      status: 422,
      body: { code: 'STATEMENT_MISMATCH' },
    })
    const future = await signRelease(claim, registry.key, new Date(Date.now() + 3_600_000))
    expect(await registry.publish({ ...release, signature: future })).toMatchObject({
      status: 422,
      body: { code: 'RELEASE_SIGNED_IN_FUTURE' },
    })
    expect((await registry.send('GET', '/api/v1/plugins/acme/signed')).status).toBe(404)
  })

  it('keeps publishers inside their namespaces', async () => {
    const key = generateKeyPair()
    const token = await registry.createPublisher('rival', key.publicKey)
    const release = await plugin(registry, 'mine')
    expect(await registry.publish(release, token)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
    const uploadId = await registry.upload(release.bundle)
    const stolen = await registry.send('POST', '/api/v1/plugins/rival/mine/versions', {
      token,
      json: { uploadId, signature: release.signature },
    })
    expect(stolen).toMatchObject({ status: 404, body: { code: 'UPLOAD_NOT_FOUND' } })
    const own = await registry.upload(release.bundle, token)
    const misnamed = await registry.send('POST', '/api/v1/plugins/rival/mine/versions', {
      token,
      json: { uploadId: own, signature: release.signature },
    })
    expect(misnamed).toMatchObject({ status: 422, body: { code: 'RELEASE_ID_MISMATCH' } })
  })

  it('stops believing revoked keys and revoked tokens', async () => {
    const key = generateKeyPair()
    const token = await registry.createPublisher('short', key.publicKey)
    const release = await signedPlugin(key, { manifest: { id: 'short/lived' } })
    expect(
      (await registry.send('DELETE', `/api/v1/publishers/short/keys/${key.keyId}`, { token: ADMIN_TOKEN })).status,
    ).toBe(204)
    expect(await registry.publish(release, token)).toMatchObject({
      status: 422,
      body: { code: 'SIGNATURE_KEY_INVALID' },
    })
    const root = registryRoutes.trustRoot.response.parse((await registry.send('GET', '/api/v1/trust-root')).body)
    expect(root.publishers.find(({ id }) => id === 'short')?.keys[0]?.revokedAt).toBeDefined()
    const created = Object(
      (
        await registry.send('POST', '/api/v1/publishers/short/tokens', {
          token: ADMIN_TOKEN,
          json: { name: 'b', scopes: ['publish'] },
        })
      ).body,
    )
    expect(
      (await registry.send('DELETE', `/api/v1/publishers/short/tokens/${created.id}`, { token: ADMIN_TOKEN })).status,
    ).toBe(204)
    expect(
      (await registry.send('POST', '/api/v1/uploads', { token: created.token, bytes: release.bundle })).status,
    ).toBe(401)
  })

  it('finds everything as it was after a restart, and sweeps what a crash left', async () => {
    const release = await plugin(registry, 'lasting')
    await registry.publish(release)
    const keyBefore = Object((await registry.send('GET', '/api/v1/trust-root')).body).registry
    await registry.upload(release.bundle)
    await writeFile(join(registry.dataDir, 'blobs', `${'e'.repeat(128)}.tgz`), 'orphan')
    await registry.restart()
    expect(Object((await registry.send('GET', '/api/v1/trust-root')).body).registry).toEqual(keyBefore)
    expect((await registry.send('HEAD', `/api/v1/blobs/${release.digests.bundle}`)).status).toBe(200)
    expect((await filesIn(registry, 'blobs')).some(({ name }) => name.startsWith('eee'))).toBe(false)
    expect(await filesIn(registry, 'uploads')).toEqual([])
  })
}

describe('registry on SQLite [R1][R2][R4]', () => {
  behavesLikeARegistry(async () => undefined)
})

describe.skipIf(!postgresAvailable())(`registry on PostgreSQL [R1][O8] (${skippedWithoutPostgres} when absent)`, () => {
  let server: TestPostgres
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server[Symbol.asyncDispose]())
  behavesLikeARegistry(() => server.createDatabase())
})

describe('registry problems [O4]', () => {
  let registry: TestRegistry
  beforeAll(async () => {
    registry = await openTestRegistry()
  })
  afterAll(() => registry[Symbol.asyncDispose]())

  it.each<[number, string, string, string, Parameters<TestRegistry['send']>[2]]>([
    [404, 'ROUTE_NOT_FOUND', 'GET', '/api/nowhere', {}],
    [405, 'METHOD_NOT_ALLOWED', 'PATCH', '/api/v1/plugins', {}],
    [400, 'REQUEST_MALFORMED', 'GET', '/api/v1/plugins?limit=many', {}],
    [400, 'REQUEST_MALFORMED', 'GET', '/api/v1/plugins?unknown=1', {}],
    [400, 'REQUEST_MALFORMED', 'GET', '/api/v1/plugins/ACME/weather', {}],
    [400, 'REQUEST_MALFORMED', 'GET', '/api/v1/blobs/sha512:abc', {}],
    [401, 'UNAUTHENTICATED', 'POST', '/api/v1/publishers', { json: {} }],
    [401, 'UNAUTHENTICATED', 'POST', '/api/v1/publishers', { json: {}, token: 'wrong-token-wrong-token-wrong-token' }],
    [
      415,
      'MEDIA_TYPE_UNSUPPORTED',
      'POST',
      '/api/v1/publishers',
      { token: ADMIN_TOKEN, json: {}, headers: { 'content-type': 'text/plain' } },
    ],
    [
      400,
      'REQUEST_MALFORMED',
      'POST',
      '/api/v1/publishers',
      { token: ADMIN_TOKEN, bytes: Buffer.from('{'), headers: { 'content-type': 'application/json' } },
    ],
    [422, 'REQUEST_INVALID', 'POST', '/api/v1/publishers', { token: ADMIN_TOKEN, json: { id: 'Not Valid' } }],
    [
      422,
      'KEY_MALFORMED',
      'POST',
      '/api/v1/publishers',
      {
        token: ADMIN_TOKEN,
        json: { id: 'ok', displayName: 'Ok', keys: [`-----BEGIN PUBLIC KEY-----\n${'A'.repeat(60)}`] },
      },
    ],
    [
      409,
      'PUBLISHER_EXISTS',
      'POST',
      '/api/v1/publishers',
      { token: ADMIN_TOKEN, json: { id: 'acme', displayName: 'Acme' } },
    ],
    [413, 'BODY_TOO_LARGE', 'POST', '/api/v1/publishers', { token: ADMIN_TOKEN, json: { id: 'x'.repeat(300_000) } }],
    [
      404,
      'PUBLISHER_NOT_FOUND',
      'POST',
      '/api/v1/publishers/nobody/tokens',
      { token: ADMIN_TOKEN, json: { name: 'a', scopes: ['publish'] } },
    ],
  ])('answers %i %s to %s %s', async (status, code, method, path, options) => {
    const answer = await registry.send(method, path, options)
    expect(answer).toMatchObject({
      status,
      body: {
        status,
        code,
        type: expect.stringMatching(/^urn:nexus:problem:/),
        requestId: answer.headers.get('x-request-id'),
      },
    })
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.ts:|wrong-token/)
  })

  it('says which methods are allowed and how to authenticate', async () => {
    expect((await registry.send('PATCH', '/api/v1/plugins')).headers.get('allow')).toBe('HEAD, GET')
    expect((await registry.send('POST', '/api/v1/uploads')).headers.get('www-authenticate')).toContain('Bearer')
  })

  it('refuses a publisher token for admin work, and a token without the scope', async () => {
    expect(await registry.send('POST', '/api/v1/publishers', { token: registry.token, json: {} })).toMatchObject({
      status: 403,
    })
    const created = Object(
      (
        await registry.send('POST', '/api/v1/publishers/acme/tokens', {
          token: ADMIN_TOKEN,
          json: { name: 'y', scopes: ['yank'] },
        })
      ).body,
    )
    expect(
      await registry.send('POST', '/api/v1/uploads', { token: created.token, bytes: Buffer.from('x') }),
    ).toMatchObject({ status: 403 })
  })

  it('refuses a bundle that says it is too large before receiving it, and one that turns out to be', async () => {
    const status = await new Promise((resolve, reject) => {
      const call = request(`${registry.url()}/api/v1/uploads`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${registry.token}`,
          'content-type': 'application/gzip',
          'content-length': 10 ** 12,
        },
      })
      call.once('response', (response) => {
        resolve(response.statusCode)
        call.destroy()
      })
      call.once('error', reject)
      call.write('x')
    })
    expect(status).toBe(413)
    expect(await readdir(join(registry.dataDir, 'uploads'))).toEqual([])
  })

  it('leaves nothing of an upload that breaks off', async () => {
    const call = request(`${registry.url()}/api/v1/uploads`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${registry.token}`,
        'content-type': 'application/gzip',
        expect: '100-continue',
      },
    })
    call.on('error', () => undefined)
    call.flushHeaders()
    await once(call, 'continue')
    call.write(Buffer.alloc(100_000))
    await expect.poll(() => readdir(join(registry.dataDir, 'uploads'))).toHaveLength(1)
    call.destroy()
    await expect.poll(() => readdir(join(registry.dataDir, 'uploads'))).toEqual([])
  })

  it('sends a bundle once to those who keep it, and counts downloads only', async () => {
    const release = await plugin(registry, 'cached')
    await registry.publish(release)
    const path = `/api/v1/blobs/${release.digests.bundle}`
    const etag = (await registry.send('HEAD', path)).headers.get('etag') ?? ''
    expect((await registry.send('GET', path, { headers: { 'if-none-match': etag } })).status).toBe(304)
    expect(Object((await registry.send('GET', '/api/v1/plugins/acme/cached')).body).downloads).toBe(0)
    await Promise.all([registry.send('GET', path), registry.send('GET', path), registry.send('GET', path)])
    expect(Object((await registry.send('GET', '/api/v1/plugins/acme/cached')).body).downloads).toBe(3)
  })

  it('asks a publisher who only uploads to wait', async () => {
    const statuses: number[] = []
    for (let index = 0; index < 17; index += 1) {
      statuses.push(
        (await registry.send('POST', '/api/v1/uploads', { token: registry.token, bytes: Buffer.from(`${index}`) }))
          .status,
      )
    }
    expect(statuses.slice(0, 16)).toEqual(Array.from({ length: 16 }, () => 201))
    const refused = await registry.send('POST', '/api/v1/uploads', { token: registry.token, bytes: Buffer.from('x') })
    expect(refused).toMatchObject({ status: 429, body: { code: 'TOO_MANY_UPLOADS' } })
    expect(refused.headers.get('retry-after')).toBe('5')
  })

  it('describes every route of the contract in OpenAPI', async () => {
    const document = Object((await registry.send('GET', '/api/openapi.json')).body)
    const operations = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap((path) =>
      Object.values(path),
    )
    expect(operations.map(({ operationId }) => operationId).toSorted()).toEqual(Object.keys(registryRoutes).toSorted())
  })
})
