import { appendFile, chmod, mkdir, readFile, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packBundle, readBundle } from '@nexus/registry/bundle'
import { generateKeyPair, signAdmission, signRelease } from '@nexus/registry/signing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createRegistryClient, openTrust } from '../../../runtime/src/install/index.ts'
import { pluginFiles, signable, signedPlugin } from '../../registry/fixtures.ts'
import { ADMIN_TOKEN } from '../../registry/http/open-test-registry.ts'
import { openTrustingHost } from './install-fixtures.ts'
import { openTestHost } from './open-test-host.ts'
import { type Lies, openLyingRegistry } from './lying-registry.ts'

let world: Awaited<ReturnType<typeof openTrustingHost>>
let release: Awaited<ReturnType<typeof signedPlugin>>
const ID = 'acme/weather'

beforeAll(async () => {
  world = await openTrustingHost()
  release = await signedPlugin(world.registry.key)
  await world.registry.publish(release)
})
afterAll(async () => {
  await world.host[Symbol.asyncDispose]()
  await world.registry[Symbol.asyncDispose]()
})

describe('installing a release [H7][H8][R2]', () => {
  it('shows a new signer, installs only after it is pinned, and gives verified code', async () => {
    const { host, registry } = world
    await expect(host.store.fetch(ID, '1.0.0')).rejects.toMatchObject({ code: 'TRUST_PUBLISHER_UNKNOWN' })
    const plan = await host.store.plan(ID, '*')
    expect(plan).toMatchObject({
      version: '1.0.0',
      newSigner: true,
      signer: { publisherId: 'acme', keys: [{ keyId: registry.key.keyId }] },
    })
    expect(plan.chain.map(({ layer, state }) => `${layer} ${state}`)).toEqual([
      'bytes verified',
      'publisher verified',
      'registry verified',
      'log verified',
      'tuf verified',
      'policy verified',
      'host unknown',
    ])
    await host.store.pin(plan)
    const installed = await host.store.fetch(ID, plan.version)
    expect(installed).toMatchObject({
      id: ID,
      bundleDigest: release.digests.bundle,
      code: 'export default { activate() {} }\n',
    })
    expect(installed.chain.at(-1)).toMatchObject({ layer: 'host', state: 'verified', by: 'trust.json' })
    expect(await readFile(join(installed.dir, 'README.md'), 'utf8')).toContain('# Weather')
    expect((await host.store.plan(ID, '^1.0.0')).newSigner).toBe(false)
    expect((await readdir(host.plugins)).length).toBe(1)
  })

  it('opens a kept release without the registry, and not one it does not have', async () => {
    const { host } = world
    await using offline = createRegistryClient('http://127.0.0.1:1')
    const { store } = await openTestHost(offline.url, host.dataDir)
    expect((await store.open(release.digests.bundle)).manifest.displayName).toBe('Weather')
    await expect(store.open(`sha512:${'0'.repeat(128)}`)).rejects.toMatchObject({ code: 'INSTALL_NOT_STORED' })
    await expect(store.plan(ID, '*')).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE', status: 503 })
  })

  it('removes a release', async () => {
    const { host } = world
    expect(await host.store.remove(release.digests.bundle)).toBe(true)
    expect(await host.store.remove(release.digests.bundle)).toBe(false)
    expect(await readdir(host.plugins)).toEqual([])
    await host.store.fetch(ID, '1.0.0')
  })

  it('says when there is no such release', async () => {
    await expect(world.host.store.plan('acme/nothing', '*')).rejects.toMatchObject({
      code: 'INSTALL_RELEASE_NOT_FOUND',
      status: 404,
    })
  })

  it('refuses to start anything once the publisher key is revoked', async () => {
    const { registry } = world
    const key = generateKeyPair()
    const token = await registry.createPublisher('brief', key.publicKey)
    const brief = await signedPlugin(key, { manifest: { id: 'brief/one' } })
    await registry.publish(brief, token)
    await using host = await openTestHost(registry.url())
    await host.trust.pinRegistry(world.root.registry)
    await host.store.pin(await host.store.plan('brief/one', '*'))
    await host.store.fetch('brief/one', '1.0.0')
    await registry.send('DELETE', `/api/v1/publishers/brief/keys/${key.keyId}`, { token: ADMIN_TOKEN })
    await expect(host.store.plan('brief/one', '*')).rejects.toMatchObject({ code: 'SIGNATURE_KEY_INVALID' })
    await expect(host.store.open(brief.digests.bundle)).rejects.toMatchObject({ code: 'SIGNATURE_KEY_INVALID' })
  })
})

const attempt = async (lies: Lies, change: Parameters<typeof openTestHost>[2] = {}) => {
  await using liar = await openLyingRegistry(world.registry.url(), lies)
  await using host = await openTestHost(liar.url, undefined, change)
  await host.trust.pinRegistry(world.root.registry)
  await host.trust.pinPublisher('acme', world.root.publishers.find(({ id }) => id === 'acme')?.keys ?? [])
  const fetched: unknown = await host.store.fetch(ID, '1.0.0').catch((error: unknown) => error)
  const planned: unknown = await host.store.plan(ID, '1.0.0').catch((error: unknown) => error)
  expect(await readdir(host.plugins)).toEqual([])
  return { fetched, planned }
}

const expectCode = (outcome: Awaited<ReturnType<typeof attempt>>, code: string, details: object = {}) => {
  for (const error of Object.values(outcome)) expect(error).toMatchObject({ code, details })
}

/** A host that nobody but publisher and registry has to convince. */
const NO_WITNESSES = { log: undefined, tuf: undefined }

/** Another valid bundle that pretends to be the same release. */
const widened = async () => {
  const bundle = await packBundle(
    pluginFiles({
      manifest: { permissions: { network: [{ host: 'evil.test', methods: ['POST'], reason: 'Nothing.' }] } },
    }),
  )
  return { bundle, ...(await readBundle(bundle)) }
}

describe('a registry that lies [H8][R2][R4]', () => {
  it('refuses a tampered tarball, naming layer, expected and found', async () => {
    const outcome = await attempt({
      blob: (bytes) => Buffer.from(bytes.map((byte, index) => (index === 50 ? byte ^ 1 : byte))),
    })
    expectCode(outcome, 'INSTALL_DIGEST_MISMATCH', {
      layer: 'bytes',
      expected: release.digests.bundle,
      found: expect.stringMatching(/^sha512:/),
    })
  })

  it('refuses a widened manifest in other bytes, even when the digest is changed to match', async () => {
    const { bundle, digests } = await widened()
    const outcome = await attempt({
      blob: () => Buffer.from(bundle),
      release: (detail) => ({ ...detail, bundleDigest: digests.bundle }),
    })
    expectCode(outcome, 'STATEMENT_MISMATCH', { layer: 'publisher', what: 'bundle digest' })
  })

  it('refuses a widened manifest signed by somebody else', async () => {
    const { bundle, manifest, digests } = await widened()
    const publish = await signRelease(signable(manifest, digests), generateKeyPair())
    const outcome = await attempt({
      blob: () => Buffer.from(bundle),
      release: (detail) => ({ ...detail, bundleDigest: digests.bundle, signatures: { ...detail.signatures, publish } }),
    })
    expectCode(outcome, 'SIGNATURE_KEY_UNKNOWN', { layer: 'publisher' })
  })

  it('refuses a widened manifest that the publisher signed with the digest of another', async () => {
    const { bundle, digests } = await widened()
    const lie = { ...signable({ id: ID, version: '1.0.0' }, digests), manifestDigest: release.digests.manifest }
    const publish = await signRelease(lie, world.registry.key)
    const registryKey: unknown = JSON.parse(await readFile(join(world.registry.dataDir, 'registry-key.json'), 'utf8'))
    const admission = await signAdmission(lie, publish, Object(registryKey), new Date())
    const outcome = await attempt(
      {
        blob: () => Buffer.from(bundle),
        release: (detail) => ({
          ...detail,
          distSignature: undefined,
          bundleDigest: digests.bundle,
          signatures: { publish, admission },
        }),
      },
      NO_WITNESSES,
    )
    expectCode(outcome, 'INSTALL_MANIFEST_MISMATCH', { layer: 'publisher', what: 'manifest digest' })
  })

  it('refuses swapped signatures', async () => {
    expectCode(
      await attempt({
        release: (detail) => ({
          ...detail,
          signatures: { publish: detail.signatures.admission, admission: detail.signatures.publish },
        }),
      }),
      'SIGNATURE_KEY_UNKNOWN',
    )
    const other = await signedPlugin(world.registry.key, { manifest: { version: '1.0.9' } })
    expectCode(
      await attempt({
        release: (detail) => ({ ...detail, signatures: { ...detail.signatures, publish: other.signature } }),
      }),
      'STATEMENT_MISMATCH',
      { layer: 'publisher' },
    )
  })

  it('refuses a publisher signature that the registry never countersigned', async () => {
    const again = await signRelease(
      signable(release.manifest, release.digests),
      world.registry.key,
      new Date(Date.now() - 1),
    )
    const outcome = await attempt({
      release: (detail) => ({ ...detail, signatures: { ...detail.signatures, publish: again } }),
    })
    expectCode(outcome, 'STATEMENT_MISMATCH', { layer: 'registry', what: 'publisher signature' })
  })

  it('refuses a countersignature of another registry', async () => {
    const subject = { id: ID, version: '1.0.0', bundleDigest: release.digests.bundle }
    const admission = await signAdmission(subject, release.signature, generateKeyPair(), new Date())
    const outcome = await attempt({
      release: (detail) => ({ ...detail, signatures: { ...detail.signatures, admission } }),
    })
    expectCode(outcome, 'SIGNATURE_KEY_UNKNOWN', { layer: 'registry' })
  })

  it('refuses a release of another publisher under this name', async () => {
    const key = generateKeyPair()
    await world.registry.createPublisher('other', key.publicKey)
    const publish = await signRelease({ ...signable(release.manifest, release.digests) }, key)
    expectCode(
      await attempt({
        release: (detail) => ({ ...detail, publisher: 'other', signatures: { ...detail.signatures, publish } }),
      }),
      'SIGNATURE_KEY_UNKNOWN',
    )
  })

  it('refuses an answer about another plugin and an answer that is none', async () => {
    expectCode(await attempt({ release: (detail) => ({ ...detail, id: 'acme/other' }) }), 'REGISTRY_ANSWER_INVALID')
    expectCode(await attempt({ any: () => Buffer.from('<html>') }), 'REGISTRY_ANSWER_INVALID')
  })

  it('refuses a bundle that does not end', async () => {
    expectCode(
      await attempt({ blob: (bytes) => Buffer.concat([bytes, Buffer.alloc(21 * 1024 * 1024)]) }),
      'REGISTRY_UNREACHABLE',
    )
  })
})

describe('kept releases [H8]', () => {
  const damage: readonly [string, (dir: string) => Promise<unknown>][] = [
    [
      'a changed file',
      (dir) => chmod(join(dir, 'dist/index.js'), 0o600).then(() => appendFile(join(dir, 'dist/index.js'), 'evil()')),
    ],
    ['an extra file', (dir) => writeFile(join(dir, 'dist/extra.js'), 'evil()')],
    ['an extra empty folder', (dir) => mkdir(join(dir, 'dist/empty'))],
    ['an extra file beside the files', (dir) => writeFile(join(dir, '../extra.json'), '{}')],
    [
      'a link in the place of a file, to the same bytes',
      (dir) =>
        rename(join(dir, 'README.md'), join(dir, '../../README.copy')).then(() =>
          symlink(join(dir, '../../README.copy'), join(dir, 'README.md')),
        ),
    ],
    ['a file that others may write', (dir) => chmod(join(dir, 'README.md'), 0o622)],
    ['a missing file', (dir) => rm(join(dir, 'README.md'))],
    [
      'a changed bundle',
      (dir) => chmod(join(dir, '../bundle.tgz'), 0o600).then(() => appendFile(join(dir, '../bundle.tgz'), 'x')),
    ],
    ['a missing record', (dir) => rm(join(dir, '../release.json'))],
    [
      'a damaged record',
      (dir) => rm(join(dir, '../release.json')).then(() => writeFile(join(dir, '../release.json'), '{}')),
    ],
  ]
  it.each(damage)('refuses %s at the next start, and installs it anew', async (_, change) => {
    const { host } = world
    const { dir, bundleDigest } = await host.store.fetch(ID, '1.0.0')
    await change(dir)
    await expect(host.store.open(bundleDigest)).rejects.toMatchObject({
      code: 'INSTALL_DAMAGED',
      details: { layer: 'bytes' },
    })
    await host.store.fetch(ID, '1.0.0')
    expect((await host.store.open(bundleDigest)).code).toContain('activate')
    expect((await readdir(host.plugins)).filter((name) => name.startsWith('.'))).toEqual([])
  })
})

describe('trust [H8][R2]', () => {
  let host: Awaited<ReturnType<typeof openTestHost>>
  beforeEach(async () => {
    host = await openTestHost(world.registry.url())
    return () => host[Symbol.asyncDispose]()
  })

  it('believes no registry before it is pinned, and no other after', async () => {
    await expect(host.store.plan(ID, '*')).rejects.toMatchObject({ code: 'TRUST_REGISTRY_UNKNOWN' })
    await host.trust.pinRegistry(world.root.registry)
    const { keyId, publicKey } = generateKeyPair()
    const other = [{ keyId, publicKey, validFrom: new Date().toISOString() }]
    await expect(host.trust.pinRegistry({ keys: other })).rejects.toMatchObject({ code: 'TRUST_REGISTRY_CHANGED' })
    expect(host.trust.registryKeys).toEqual(world.root.registry.keys)
  })

  it('is a file that people can read, for its owner only, and survives a restart', async () => {
    await host.trust.pinRegistry(world.root.registry)
    await Promise.all(
      ['a', 'b', 'c'].map((id) => {
        const { keyId, publicKey } = generateKeyPair()
        return host.trust.pinPublisher(id, [{ keyId, publicKey, validFrom: new Date().toISOString() }])
      }),
    )
    const path = join(host.dataDir, 'trust.json')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const again = await openTrust({ dataDir: host.dataDir, registryUrl: world.registry.url() })
    expect(again.publishers.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    expect(again.publishers).toEqual(host.trust.publishers)
  })

  it('refuses a key whose fingerprint is another and a damaged file', async () => {
    const { publicKey } = generateKeyPair()
    const wrong = { keyId: '0'.repeat(64), publicKey, validFrom: new Date().toISOString() }
    await expect(host.trust.pinPublisher('x', [wrong])).rejects.toMatchObject({ code: 'TRUST_FILE_INVALID' })
    await writeFile(join(host.dataDir, 'trust.json'), '{"version":1')
    await expect(openTrust({ dataDir: host.dataDir, registryUrl: '' })).rejects.toMatchObject({
      code: 'TRUST_FILE_INVALID',
    })
  })
})
