import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readlink } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signedPlugin } from '../fixtures.ts'
import { ADMIN_TOKEN } from '../http/open-test-registry.ts'
import { openNpm, plainBundle, publishBody } from './open-npm.ts'

type Npm = Awaited<ReturnType<typeof openNpm>>

let npm: Npm
let token: string

beforeAll(async () => {
  npm = await openNpm()
  token = await npm.signUp('writer')
})
afterAll(() => npm[Symbol.asyncDispose]())

const blobs = async () =>
  (await readdir(join(npm.dataDir, 'blobs'), { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  ).length
const uploads = () => readdir(join(npm.dataDir, 'uploads'))

describe('publishing over npm [R1][R4]', () => {
  it('serves what was published, in full, abbreviated, compressed, and not again to those who have it', async () => {
    expect((await npm.publishPackage(token, 'umbrella', '1.0.0', { packageJson: { bin: './cli.js' } })).status).toBe(
      201,
    )
    const full = await npm.packument('umbrella')
    expect(full.body).toMatchObject({
      name: 'umbrella',
      _rev: expect.stringMatching(/^1-/),
      'dist-tags': { latest: '1.0.0' },
      readme: '# umbrella\n',
      maintainers: [{ name: 'writer' }],
      time: { '1.0.0': expect.any(String) },
      versions: {
        '1.0.0': { bin: { umbrella: './cli.js' }, dist: { tarball: `${npm.url()}/umbrella/-/umbrella-1.0.0.tgz` } },
      },
    })
    const short = await npm.packument('umbrella', { accept: 'application/vnd.npm.install-v1+json' })
    expect(short.body).toEqual({
      name: 'umbrella',
      modified: expect.any(String),
      'dist-tags': { latest: '1.0.0' },
      versions: { '1.0.0': expect.objectContaining({ bin: { umbrella: './cli.js' } }) },
    })
    const etag = full.headers.get('etag') ?? ''
    expect((await npm.packument('umbrella', { 'if-none-match': etag })).status).toBe(304)
    await npm.publishPackage(token, 'umbrella', '1.0.1')
    expect((await npm.packument('umbrella', { 'if-none-match': etag })).status).toBe(200)
  })

  it('signs every version as npm verifies it', async () => {
    await npm.publishPackage(token, 'signed', '1.0.0')
    const { keys } = Object((await npm.send('GET', '/-/npm/v1/keys')).body)
    const { dist } = Object(Object(Object((await npm.packument('signed')).body).versions)['1.0.0'])
    const [{ keyid, sig }] = dist.signatures
    const key = keys.find((candidate: { keyid: string }) => candidate.keyid === keyid)
    const publicKey = createPublicKey({ key: Buffer.from(key.key, 'base64'), format: 'der', type: 'spki' })
    const message = Buffer.from(`signed@1.0.0:${dist.integrity}`)
    expect(verify('sha256', message, publicKey, Buffer.from(sig, 'base64'))).toBe(true)
  })

  it('lets exactly one of two publishes of a version win; the other is told 409', async () => {
    const answers = await Promise.all(
      [1, 2, 3, 4].map((code) => npm.publishPackage(token, 'race', '1.0.0', { code: `${code}` })),
    )
    expect(answers.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([201, 409, 409, 409])
    expect(await uploads()).toEqual([])
  })

  it('gives a name that nobody has to one of those who publish it first', async () => {
    const rival = await npm.signUp('rival')
    const answers = await Promise.all([
      npm.publishPackage(token, '@fresh/one', '1.0.0'),
      npm.publishPackage(rival, '@fresh/two', '1.0.0'),
      npm.publishPackage(rival, '@fresh/one', '1.0.1'),
    ])
    const won = answers.filter(({ status }) => status === 201)
    expect(won.length).toBeGreaterThan(0)
    const owners = await npm.send('GET', '/-/org/fresh/user')
    expect(Object.keys(Object(owners.body))).toHaveLength(1)
    expect(answers.every(({ status }) => [201, 403, 409].includes(status))).toBe(true)
  })

  it.each<[string, number, string, Parameters<Npm['publishPackage']>[3], string?]>([
    ['a bundle that is another package', 422, 'PACKAGE_MISMATCH', { packageJson: { name: 'other' } }],
    ['a bundle that is another version', 422, 'PACKAGE_MISMATCH', { packageJson: { version: '9.9.9' } }],
    [
      'a digest that is not the bundle’s',
      422,
      'INTEGRITY_MISMATCH',
      { manifest: { dist: { integrity: 'sha512-AAAA' } } },
    ],
    ['two bundles', 400, 'NPM_ATTACHMENT', { attachments: { 'other-1.0.0.tgz': { data: '' } } }],
    ['a tag that is a range', 400, 'TAG_INVALID', { tag: '1.x' }],
    ['a tag that is a version', 400, 'TAG_INVALID', { tag: 'v1' }],
    ['a document of another name', 400, 'NPM_BODY', { document: { name: 'another' } }],
    ['an attestation that is none', 422, 'ATTESTATION_INVALID', { attachments: { 'a.sigstore': { data: '{}' } } }],
    ['a version in another spelling', 400, 'PACKAGE_VERSION_INVALID', {}, '01.0.0'],
  ])('refuses %s and keeps nothing of it', async (_what, status, code, change, version = '1.0.0') => {
    const before = await blobs()
    const answer = await npm.publishPackage(token, 'refused', version, change)
    expect(answer).toMatchObject({ status, body: { code, error: expect.stringMatching(/^Expected/) } })
    expect(await blobs()).toBe(before)
    expect(await uploads()).toEqual([])
    expect((await npm.packument('refused')).status).toBe(404)
  })

  it('says about a version what its bundle says, whatever the client says beside it', async () => {
    await npm.publishPackage(token, 'honest', '1.0.0', {
      packageJson: { dependencies: { real: '1.0.0' }, scripts: { postinstall: 'node .' } },
      manifest: { dependencies: { fake: '6.6.6' }, scripts: {}, deprecated: 'no', maintainers: [] },
    })
    const { versions } = Object((await npm.packument('honest')).body)
    expect(versions['1.0.0']).toMatchObject({ dependencies: { real: '1.0.0' }, hasInstallScript: true })
    expect(versions['1.0.0']).not.toHaveProperty('deprecated')
  })

  it('asks for a token, and for one that may', async () => {
    const body = publishBody('umbrella', '2.0.0', await plainBundle('umbrella', '2.0.0'))
    expect(await npm.send('PUT', '/umbrella', { json: body })).toMatchObject({ status: 401 })
    const stranger = await npm.signUp('stranger')
    expect(await npm.send('PUT', '/umbrella', { json: body, token: stranger })).toMatchObject({ status: 403 })
  })

  it('receives a large bundle without holding up anybody else', async () => {
    const large = await plainBundle('large', '1.0.0', { code: Buffer.alloc(12_000_000, 1).toString('base64') })
    const noise = Buffer.concat([Buffer.from(large), Buffer.alloc(20_000_000)])
    const body = publishBody('large', '1.0.0', noise)
    const publishing = npm.send('PUT', '/large', { json: body, token })
    expect((await npm.send('GET', '/-/ping')).status).toBe(200)
    // What follows the one gzip member is refused by the reader, after all of it was received.
    expect(await publishing).toMatchObject({ status: 422, body: { code: 'BUNDLE_GZIP' } })
    expect(await uploads()).toEqual([])
  })
})

describe('changing packages over npm [R1]', () => {
  it('keeps no file open for those who hang up in the middle of a bundle', async () => {
    const code = `export default '${randomBytes(6 * 1024 * 1024).toString('base64')}'`
    expect((await npm.publishPackage(token, 'heavy', '1.0.0', { code })).status).toBe(201)
    const { hostname, port } = new URL(npm.url())
    const hangUp = async (after: number): Promise<void> => {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => undefined)
      socket.write('GET /heavy/-/heavy-1.0.0.tgz HTTP/1.1\r\nhost: localhost\r\n\r\n')
      if (after > 0) await once(socket, 'data')
      await new Promise((resolve) => setTimeout(resolve, after))
      socket.resetAndDestroy()
    }
    await Promise.all(Array.from({ length: 24 }, (_, index) => hangUp(index % 8)))
    const openBundles = async () => {
      const links = await Promise.all(
        (await readdir('/proc/self/fd')).map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')),
      )
      return links.filter((link) => link.startsWith(join(npm.dataDir, 'blobs')) && link.endsWith('.tgz'))
    }
    if (process.platform === 'linux') await expect.poll(openBundles, { timeout: 10_000 }).toEqual([])
    expect((await npm.send('GET', '/heavy/-/heavy-1.0.0.tgz')).status).toBe(200)
  })

  it('never lets an unpublished version return', async () => {
    await npm.publishPackage(token, 'buried', '1.0.0')
    await npm.publishPackage(token, 'buried', '1.1.0')
    const before = Object((await npm.packument('buried')).body)
    const { '1.0.0': _, ...versions } = before.versions
    const changed = { ...before, versions }
    expect((await npm.send('PUT', `/buried/-rev/1-stale`, { token, json: changed })).status).toBe(409)
    expect((await npm.send('PUT', `/buried/-rev/${before['_rev']}`, { token, json: changed })).status).toBe(201)
    expect((await npm.send('GET', '/buried/-/buried-1.0.0.tgz')).status).toBe(404)
    expect(await npm.publishPackage(token, 'buried', '1.0.0')).toMatchObject({
      status: 403,
      body: { code: 'VERSION_UNPUBLISHED' },
    })
    const after = Object((await npm.packument('buried')).body)
    expect(Object.keys(after.versions)).toEqual(['1.1.0'])
    expect(Object.keys(after.time)).toContain('1.0.0')
    expect((await npm.send('DELETE', `/buried/-rev/${after['_rev']}`, { token })).status).toBe(200)
    expect((await npm.packument('buried')).status).toBe(404)
    expect((await npm.publishPackage(token, 'buried', '1.1.0')).status).toBe(403)
    expect((await npm.publishPackage(token, 'buried', '2.0.0')).status).toBe(201)
  })

  it('hides a restricted package from everybody who may not read it', async () => {
    await npm.publishPackage(token, '@writers/secret', '1.0.0', { document: { access: 'restricted' } })
    expect((await npm.packument('@writers/secret')).status).toBe(404)
    expect((await npm.send('GET', '/@writers%2fsecret', { token })).status).toBe(200)
    expect((await npm.send('GET', '/@writers/secret/-/secret-1.0.0.tgz')).status).toBe(404)
    expect((await npm.send('GET', '/@writers/secret/-/secret-1.0.0.tgz', { token })).status).toBe(200)
    expect(Object((await npm.send('GET', '/-/v1/search?text=secret')).body).total).toBe(0)
  })

  it('keeps provenance that came with a bundle, and refuses what is about another', async () => {
    const bundle = await plainBundle('proven', '1.0.0')
    const statement = (sha512: string) => ({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      dsseEnvelope: {
        payloadType: 'application/vnd.in-toto+json',
        payload: Buffer.from(
          JSON.stringify({
            predicateType: 'https://slsa.dev/provenance/v1',
            subject: [{ name: 'pkg:npm/proven@1.0.0', digest: { sha512 } }],
          }),
        ).toString('base64'),
        signatures: [{ sig: 'AAAA' }],
      },
    })
    const publish = (sha512: string) =>
      npm.send('PUT', '/proven', {
        token,
        json: publishBody('proven', '1.0.0', bundle, {
          attachments: { 'proven-1.0.0.sigstore': { data: JSON.stringify(statement(sha512)) } },
        }),
      })
    expect(await publish('00')).toMatchObject({ status: 422, body: { code: 'ATTESTATION_INVALID' } })
    const sha512 = createHash('sha512').update(bundle).digest('hex')
    expect((await publish(sha512)).status).toBe(201)
    const { dist } = Object(Object(Object((await npm.packument('proven')).body).versions)['1.0.0'])
    const answer = await npm.send('GET', new URL(dist.attestations.url).pathname)
    expect(answer.body).toEqual({
      attestations: [{ predicateType: 'https://slsa.dev/provenance/v1', bundle: statement(sha512) }],
    })
  })
})

describe('staged versions [R1]', () => {
  const stage = async (version: string) => {
    const bundle = await plainBundle('@writer/staged', version)
    return npm.send('POST', '/-/stage/package/@writer%2fstaged', {
      token,
      json: publishBody('@writer/staged', version, bundle),
    })
  }

  it('publishes what is approved and leaves nothing of what is rejected', async () => {
    const approved = Object((await stage('1.0.0')).body).stageId
    expect((await npm.packument('@writer/staged')).status).toBe(404)
    expect((await npm.send('POST', `/-/stage/${approved}/approve`, { token })).status).toBe(200)
    expect((await npm.packument('@writer/staged')).body).toMatchObject({ 'dist-tags': { latest: '1.0.0' } })
    const before = await blobs()
    const rejected = Object((await stage('1.0.1')).body).stageId
    expect(await blobs()).toBe(before + 1)
    const stranger = await npm.signUp('peeker')
    expect((await npm.send('DELETE', `/-/stage/${rejected}`, { token: stranger })).status).toBe(403)
    expect((await npm.send('DELETE', `/-/stage/${rejected}`, { token })).status).toBe(200)
    expect(await blobs()).toBe(before)
    expect(Object((await npm.send('GET', '/-/stage', { token })).body)).toEqual({ items: [], total: 0 })
  })

  it('holds a name that looks like somebody else’s until a moderator has looked', async () => {
    await npm.publishPackage(token, 'weather-forecast', '1.0.0')
    const squatter = await npm.signUp('squatter')
    const held = await npm.publishPackage(squatter, 'weatherforecast', '1.0.0')
    expect(held).toMatchObject({ status: 202, body: { reason: expect.stringContaining('weather-forecast') } })
    const id = Object(held.body).stageId
    expect((await npm.send('POST', `/api/v1/staged/${id}/approval`, { token: squatter })).status).toBe(403)
    const queue = await npm.send('GET', '/api/v1/staged', { token: ADMIN_TOKEN })
    expect(Object(queue.body).items).toEqual([expect.objectContaining({ id, held: true })])
    expect((await npm.send('POST', `/api/v1/staged/${id}/approval`, { token: ADMIN_TOKEN })).status).toBe(204)
    expect((await npm.packument('weatherforecast')).body).toMatchObject({ maintainers: [{ name: 'squatter' }] })
  })
})

describe('plugins over npm [R1][R2]', () => {
  const path = '/api/v1/plugins/acme/by-npm'

  it('become releases when their publisher signs them, and stop being offered when they are withdrawn', async () => {
    const plugin = await signedPlugin(npm.key, { manifest: { id: 'acme/by-npm' } })
    const body = publishBody('@acme/by-npm', '1.0.0', plugin.bundle)
    expect((await npm.send('PUT', '/@acme%2fby-npm', { token: npm.token, json: body })).status).toBe(201)
    expect((await npm.send('GET', path)).status).toBe(404)
    const signed = await npm.send('POST', `${path}/versions/1.0.0/signature`, {
      token: npm.token,
      json: { signature: plugin.signature },
    })
    expect(signed).toMatchObject({
      status: 201,
      body: { version: '1.0.0', channels: ['latest'], log: expect.anything() },
    })
    expect((await npm.send('GET', `${path}/resolve?channel=latest`)).body).toMatchObject({ version: '1.0.0' })
    const revoked = await npm.send('PUT', `${path}/versions/1.0.0/revocation`, {
      token: npm.token,
      json: { reason: 'It leaks.' },
    })
    expect(revoked.status).toBe(204)
    expect((await npm.send('GET', `${path}/versions/1.0.0`)).body).toMatchObject({ revoked: { reason: 'It leaks.' } })
    expect((await npm.send('GET', `${path}/resolve`)).status).toBe(404)
    expect(Object((await npm.packument('@acme/by-npm')).body).versions).toEqual({})
    expect((await npm.send('GET', '/@acme/by-npm/-/by-npm-1.0.0.tgz')).status).toBe(403)
  })

  it('are read by the rules of plugins, and published with a signature are releases at once', async () => {
    const broken = await signedPlugin(npm.key, { manifest: { id: 'acme/other-id' } })
    expect(
      await npm.send('PUT', '/@acme%2fnot-it', {
        token: npm.token,
        json: publishBody('@acme/not-it', '1.0.0', broken.bundle),
      }),
    ).toMatchObject({ status: 422, body: { code: 'PACKAGE_MISMATCH' } })
    const plugin = await signedPlugin(npm.key, { manifest: { id: 'acme/at-once' } })
    const json = publishBody('@acme/at-once', '1.0.0', plugin.bundle, {
      attachments: { '@acme/at-once-1.0.0.sigstore': { data: JSON.stringify(plugin.signature) } },
    })
    expect((await npm.send('PUT', '/@acme%2fat-once', { token: npm.token, json })).status).toBe(201)
    expect((await npm.send('GET', '/api/v1/plugins/acme/at-once')).body).toMatchObject({
      channels: { latest: '1.0.0' },
    })
  })

  it('are public: catalogue, log and metadata would name what is restricted', async () => {
    const plugin = await signedPlugin(npm.key, { manifest: { id: 'acme/hushed' } })
    const json = publishBody('@acme/hushed', '1.0.0', plugin.bundle, { document: { access: 'restricted' } })
    const refused = { status: 422, body: { code: 'PLUGIN_RESTRICTED' } }
    expect(await npm.send('PUT', '/@acme%2fhushed', { token: npm.token, json })).toMatchObject(refused)
    expect((await npm.packument('@acme/hushed')).status).toBe(404)
    await npm.publish(plugin)
    const access = { token: ADMIN_TOKEN, json: { access: 'restricted' } }
    expect(await npm.send('POST', '/-/package/@acme%2fhushed/access', access)).toMatchObject(refused)
  })

  it('have channels that move, are warned of, and are never unpublished', async () => {
    for (const version of ['1.0.0', '2.0.0-beta.1']) {
      await npm.publish(await signedPlugin(npm.key, { manifest: { id: 'acme/channels', version } }))
    }
    const base = '/api/v1/plugins/acme/channels'
    expect(
      (await npm.send('PUT', `${base}/channels/beta`, { token: npm.token, json: { version: '2.0.0-beta.1' } })).status,
    ).toBe(204)
    expect((await npm.send('GET', `${base}/resolve?channel=beta`)).body).toMatchObject({
      version: '2.0.0-beta.1',
      channels: ['beta'],
    })
    expect((await npm.send('GET', base)).body).toMatchObject({ channels: { latest: '1.0.0', beta: '2.0.0-beta.1' } })
    const warned = await npm.send('PUT', `${base}/versions/1.0.0/deprecation`, {
      token: npm.token,
      json: { message: 'Old.' },
    })
    expect(warned.status).toBe(204)
    expect((await npm.send('GET', `${base}/versions/1.0.0`)).body).toMatchObject({ deprecated: 'Old.' })
    const { _rev } = Object((await npm.packument('@acme/channels')).body)
    expect(await npm.send('DELETE', `/@acme%2fchannels/-rev/${_rev}`, { token: npm.token })).toMatchObject({
      status: 403,
      body: { code: 'UNPUBLISH_REFUSED' },
    })
    expect((await npm.send('DELETE', `${base}/channels/beta`, { token: npm.token })).status).toBe(204)
    expect((await npm.send('DELETE', `${base}/channels/latest`, { token: npm.token })).status).toBe(400)
  })
})

describe('npm’s other paths [R1]', () => {
  it('compress packuments that are worth it', async () => {
    await npm.publishPackage(token, 'long', '1.0.0', { packageJson: { description: 'x'.repeat(3000) } })
    const { request } = await import('node:http')
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
    request(`${npm.url()}/long`, { headers: { 'accept-encoding': 'gzip' } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks)))
      expect(response.headers['content-encoding']).toBe('gzip')
    })
      .on('error', reject)
      .end()
    expect(JSON.parse(gunzipSync(await promise).toString())).toMatchObject({ name: 'long' })
  })

  it.each<[number, string, string]>([
    [404, 'GET', '/nothing-here'],
    [404, 'GET', '/umbrella/9.9.9'],
    [200, 'GET', '/umbrella/latest'],
    [404, 'GET', '/-/nothing'],
    [400, 'GET', '/not%20a%20name@x'],
    [405, 'PATCH', '/umbrella'],
    [401, 'GET', '/-/whoami'],
    [400, 'GET', '/-/v1/search'],
    [404, 'GET', '/-/user/org.couchdb.user:nobody-here'],
    [404, 'GET', '/-/npm/v1/attestations/umbrella@1.0.0'],
  ])('answer %i to %s %s, in npm’s form', async (status, method, path) => {
    const answer = await npm.send(method, path)
    expect(answer.status).toBe(status)
    if (status !== 200)
      expect(answer.body).toMatchObject({ error: expect.stringMatching(/^Expected/), code: expect.any(String) })
  })

  it('answer older audits from the same advisories', async () => {
    const tree = {
      name: 'a',
      dependencies: { umbrella: { version: '1.0.0', dependencies: { long: { version: '1.0.0' } } } },
    }
    const answer = await npm.send('POST', '/-/npm/v1/security/audits/quick', { json: tree })
    expect(answer.body).toMatchObject({ advisories: {}, metadata: { totalDependencies: 2 } })
  })
})
