import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tufSnapshot, tufTimestamp } from '@nexus/registry/contract'
import { Updater } from 'tuf-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signedPlugin } from '../fixtures.ts'
import { postgresAvailable, skippedWithoutPostgres, startPostgres } from '../../helpers/postgres.ts'
import { ADMIN_TOKEN, openTestRegistry } from '../http/open-test-registry.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-tuf-'))
})
afterAll(() => rm(folder, { recursive: true }))

type Registry = Awaited<ReturnType<typeof openTestRegistry>>

/** An update client of its own, as the specification describes it: nothing of ours but the address. */
async function openClient(registry: Registry, name: string) {
  const metadataDir = await mkdtemp(join(folder, name))
  const root = await fetch(`${registry.url()}/api/v1/tuf/metadata/1.root.json`)
  await writeFile(join(metadataDir, 'root.json'), await root.text())
  const newUpdater = () =>
    new Updater({
      metadataDir,
      metadataBaseUrl: `${registry.url()}/api/v1/tuf/metadata`,
      targetDir: metadataDir,
      targetBaseUrl: `${registry.url()}/api/v1/tuf/targets`,
    })
  return { metadataDir, newUpdater }
}

const release = (version: string, id = 'acme/weather') => ({ manifest: { id, version } })

async function metadata(registry: Registry, file: string): Promise<unknown> {
  const { body } = await registry.send('GET', `/api/v1/tuf/metadata/${file}`)
  return body
}

describe('TUF metadata of the registry [R2]', () => {
  it('lead an unmodified client to the bytes of a release', async () => {
    await using registry = await openTestRegistry()
    const plugin = await signedPlugin(registry.key, release('1.0.0'))
    expect((await registry.publish(plugin)).status).toBe(201)
    const { newUpdater } = await openClient(registry, 'bytes-')
    const updater = newUpdater()
    const target = await updater.getTargetInfo('plugins/acme/weather/1.0.0.tgz')
    expect(target?.length).toBe(plugin.bundle.length)
    if (target === undefined) return
    const path = await updater.downloadTarget(target)
    expect(Buffer.compare(await readFile(path), plugin.bundle)).toBe(0)
    expect(
      await newUpdater()
        .getTargetInfo('plugins/acme/weather/9.9.9.tgz')
        .catch(() => undefined),
    ).toBeUndefined()
  })

  it('name a release as soon as it is published, and not after it was revoked', async () => {
    await using registry = await openTestRegistry()
    const { newUpdater, metadataDir } = await openClient(registry, 'revoked-')
    const path = 'plugins/acme/weather/1.0.0.tgz'
    await registry.publish(await signedPlugin(registry.key, release('1.0.0')))
    expect(await newUpdater().getTargetInfo(path)).toBeDefined()
    const url = '/api/v1/plugins/acme/weather/versions/1.0.0/revocation'
    const revoked = await registry.send('PUT', url, { token: registry.token, json: { reason: 'stolen token' } })
    expect(revoked.status).toBe(204)
    const updater = newUpdater()
    expect(await updater.getTargetInfo(path)).toBeUndefined()
    const list = await updater.getTargetInfo('revocations.json')
    if (list === undefined) throw new Error('Expected a list of what was withdrawn.')
    const text = await readFile(await updater.downloadTarget(list, join(metadataDir, 'list.json')), 'utf8')
    expect(JSON.parse(text)).toMatchObject({
      revoked: [{ id: 'acme/weather', version: '1.0.0', reason: 'stolen token' }],
    })
  })

  it('vouch for the log and for the registry’s keys', async () => {
    await using registry = await openTestRegistry()
    const { newUpdater, metadataDir } = await openClient(registry, 'keys-')
    const updater = newUpdater()
    const read = async (name: string): Promise<unknown> => {
      const target = await updater.getTargetInfo(name)
      if (target === undefined) throw new Error(`Expected ${name}.`)
      return JSON.parse(await readFile(await updater.downloadTarget(target, join(metadataDir, name)), 'utf8'))
    }
    const head = await registry.send('GET', '/api/v1/log/checkpoint')
    expect(await read('trusted_root.json')).toMatchObject({ tlogs: [{ baseUrl: Object(head.body).origin }] })
    const known = await registry.send('GET', '/api/v1/trust-root')
    const keys = Object(await read('keys.json')).registry
    expect(keys).toEqual(expect.arrayContaining(Object(known.body).registry.keys))
  })

  it('grow with what is published only, and stay as they are when nothing happens', async () => {
    await using registry = await openTestRegistry()
    const before = tufTimestamp.parse(await metadata(registry, 'timestamp.json')).signed
    expect(tufTimestamp.parse(await metadata(registry, 'timestamp.json')).signed).toEqual(before)
    await registry.publish(await signedPlugin(registry.key, release('1.0.0')))
    await registry.publish(await signedPlugin(registry.key, release('1.0.1')))
    const after = tufTimestamp.parse(await metadata(registry, 'timestamp.json')).signed
    expect(after.version).toBe(before.version + 1)
    const snapshot = `${after.meta['snapshot.json'].version}.snapshot.json`
    const { meta } = tufSnapshot.parse(await metadata(registry, snapshot)).signed
    expect(Object.keys(meta).length).toBeLessThan(8)
    // Who was in the middle of reading the version before finds it still.
    const old = `${before.meta['snapshot.json'].version}.snapshot.json`
    expect((await registry.send('GET', `/api/v1/tuf/metadata/${old}`)).status).toBe(200)
    expect((await registry.send('GET', '/api/v1/tuf/metadata/99.snapshot.json')).status).toBe(404)
  })

  it('are the same after a restart', async () => {
    await using registry = await openTestRegistry()
    await registry.publish(await signedPlugin(registry.key, release('1.0.0')))
    const before = await metadata(registry, 'timestamp.json')
    await registry.restart()
    expect(await metadata(registry, 'timestamp.json')).toEqual(before)
  })

  it('take no root that is not signed by enough root keys', async () => {
    await using registry = await openTestRegistry()
    const root = await metadata(registry, '1.root.json')
    const targets = await metadata(registry, '1.targets.json')
    const refused = await registry.send('POST', '/api/v1/tuf/root', { token: ADMIN_TOKEN, json: { root, targets } })
    expect(refused).toMatchObject({ status: 422, body: { code: 'TUF_DRAFT_INVALID' } })
  })

  it('heal at the next start when a crash came between the release and its metadata', async () => {
    await using registry = await openTestRegistry()
    await registry.publish(await signedPlugin(registry.key, release('1.0.0')))
    // Nobody asked for metadata yet: they are as if the process had died right after the publish.
    await registry.restart()
    const { newUpdater } = await openClient(registry, 'heals-')
    expect(await newUpdater().getTargetInfo('plugins/acme/weather/1.0.0.tgz')).toBeDefined()
  })
})

describe.skipIf(!postgresAvailable())(
  `TUF metadata of the registry on PostgreSQL [R2] (${skippedWithoutPostgres} when absent)`,
  () => {
    it('list what many publish at once, each asked for by a client of its own', async () => {
      await using server = await startPostgres()
      await using registry = await openTestRegistry(await server.createDatabase())
      const versions = ['1.0.0', '1.0.1', '1.0.2', '1.0.3']
      await Promise.all(
        versions.map(async (version) => {
          const { status } = await registry.publish(await signedPlugin(registry.key, release(version)))
          expect(status).toBe(201)
          const { newUpdater } = await openClient(registry, 'postgres-')
          expect(await newUpdater().getTargetInfo(`plugins/acme/weather/${version}.tgz`)).toBeDefined()
        }),
      )
    })
  },
)
