import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRegistry } from '@nexus/registry'
import { canonicalJson } from '@nexus/registry/bundle'
import { openDatabase } from '@nexus/registry/database'
import { generateKeyPair, keyIdOf, signAdmission } from '@nexus/registry/signing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CreateRegistry1795219200000 } from '../../../registry/src/store/migrations/create-registry.ts'
import { signedPlugin } from '../fixtures.ts'

const PUBLISHED = '2026-01-02T03:04:05.000Z'

/** A data folder as the first version of the registry left it: one publisher, one release, its bundle. */
async function leaveFirstVersion(dataDir: string) {
  const key = generateKeyPair()
  const plugin = await signedPlugin(key, { manifest: { id: 'acme/old' } }, new Date(PUBLISHED))
  const { manifest, digests, signature, bundle } = plugin
  const registryKey = { ...generateKeyPair(), validFrom: '2026-01-01T00:00:00.000Z' }
  const subject = { id: manifest.id, version: manifest.version, bundleDigest: digests.bundle }
  const admission = await signAdmission(subject, signature, registryKey, new Date(PUBLISHED))
  await writeFile(join(dataDir, 'registry-key.json'), JSON.stringify(registryKey))
  const hex = digests.bundle.slice('sha512:'.length)
  await mkdir(join(dataDir, 'blobs', hex.slice(0, 2)), { recursive: true })
  await writeFile(join(dataDir, 'blobs', hex.slice(0, 2), `${hex}.tgz`), bundle)
  await using database = await openDatabase({
    url: `sqlite:${join(dataDir, 'registry.db')}`,
    entities: [],
    migrations: [CreateRegistry1795219200000],
    migrationsTable: 'registry_migrations',
  })
  const insert = (table: string, row: Readonly<Record<string, string | number | null>>) =>
    database.dataSource.query(
      `INSERT INTO "${table}" (${Object.keys(row)
        .map((name) => `"${name}"`)
        .join()}) VALUES (${Object.keys(row)
        .map(() => '?')
        .join()})`,
      Object.values(row),
    )
  await insert('registry_publisher', { id: 'acme', displayName: 'Acme', createdAt: PUBLISHED })
  const ownKey = { keyId: keyIdOf(key.publicKey), publicKey: key.publicKey, validFrom: '2026-01-01T00:00:00.000Z' }
  await insert('registry_key', { ...ownKey, publisherId: 'acme' })
  await insert('registry_plugin', {
    id: manifest.id,
    publisherId: 'acme',
    latestVersion: manifest.version,
    kind: manifest.kind,
    displayName: 'Weather',
    searchText: 'acme/old weather',
    updatedAt: PUBLISHED,
    downloads: 7,
  })
  await insert('registry_release', {
    pluginId: manifest.id,
    version: manifest.version,
    bundleDigest: digests.bundle,
    size: bundle.length,
    manifest: canonicalJson(manifest),
    manifestDigest: digests.manifest,
    toolsDigest: digests.tools,
    readmeHtml: '',
    changelogHtml: '',
    publishSignature: JSON.stringify(signature),
    admissionSignature: JSON.stringify(admission),
    publishedBy: 'token',
    publishedAt: PUBLISHED,
  })
  return plugin
}

describe('a registry that was there before packages were [R1]', () => {
  let dataDir: string
  let registry: Awaited<ReturnType<typeof openRegistry>>
  let plugin: Awaited<ReturnType<typeof leaveFirstVersion>>
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'nexus-migration-'))
    plugin = await leaveFirstVersion(dataDir)
    registry = await openRegistry({ dataDir })
  })
  afterAll(async () => {
    await registry.close()
    await rm(dataDir, { recursive: true, force: true })
  })
  const get = async (path: string) => {
    const response = await fetch(registry.url + path)
    return { status: response.status, body: Object(await response.json()) }
  }

  it('serves its releases to npm clients, completed from their bundles', async () => {
    const { status, body } = await get('/@acme%2fold')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      'dist-tags': { latest: '1.0.0' },
      time: { '1.0.0': PUBLISHED },
      readme: expect.stringContaining('Weather'),
    })
    expect(body.versions['1.0.0']).toMatchObject({
      name: '@acme/old',
      dist: {
        shasum: expect.stringMatching(/^[0-9a-f]{40}$/),
        fileCount: 4,
        signatures: [{ sig: expect.any(String) }],
      },
    })
    const bundle = await fetch(body.versions['1.0.0'].dist.tarball)
    expect(Buffer.from(await bundle.arrayBuffer()).equals(Buffer.from(plugin.bundle))).toBe(true)
  })

  it('still serves them to hosts, now with a place in the log and an npm signature', async () => {
    const { body } = await get('/api/v1/plugins/acme/old/versions/1.0.0')
    expect(body).toMatchObject({
      channels: ['latest'],
      signatures: { publish: plugin.signature },
      log: expect.anything(),
    })
    expect((await get('/api/v1/plugins?q=weather')).body).toMatchObject({
      total: 1,
      items: [{ id: 'acme/old', downloads: 7 }],
    })
  })
})
