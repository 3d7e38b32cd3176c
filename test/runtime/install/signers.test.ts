import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateKeyPair, identityFingerprint, signRelease } from '@nexus/registry/signing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTrustDesk } from '../../../runtime/src/install/index.ts'
import { signable, signedPlugin } from '../../registry/fixtures.ts'
import { ADMIN_TOKEN } from '../../registry/http/open-test-registry.ts'
import { ISSUER, type LocalSigstore, openLocalSigstore } from '../../registry/signing/local-sigstore.ts'
import { provenanceOf } from '../../registry/signing/provenance-fixtures.ts'
import { openTrustingHost } from './install-fixtures.ts'
import { openTestHost } from './open-test-host.ts'

let instance: LocalSigstore
let world: Awaited<ReturnType<typeof openTrustingHost>>
beforeAll(async () => {
  instance = await openLocalSigstore()
  world = await openTrustingHost()
  await writeFile(join(world.registry.dataDir, 'sigstore-root.json'), JSON.stringify(instance.trustedRoot))
  await world.registry.restart()
  const answer = await send('/api/v1/publishers/acme/identities', { issuer: ISSUER, subject: 'dev@acme.test' })
  expect(answer.status).toBe(201)
}, 60_000)
afterAll(async () => {
  await world.host[Symbol.asyncDispose]()
  await world.registry[Symbol.asyncDispose]()
  await instance[Symbol.asyncDispose]()
})

const send = (path: string, json: unknown) => world.registry.send('POST', path, { token: ADMIN_TOKEN, json })

type Signer = Parameters<typeof signRelease>[1]

/** Publishes `acme/<name>`, signed by a key or an identity, with provenance where it is given. */
async function publish(
  name: string,
  version: string,
  signer: Signer,
  hasProvenance = false,
  repository = 'acme/weather',
) {
  const id = `acme/${name}`
  const plugin = await signedPlugin(world.registry.key, { manifest: { id, version } })
  const subject = signable(plugin.manifest, plugin.digests)
  const signature = await signRelease(subject, signer)
  const sub = `https://github.com/${repository}/.github/workflows/release.yml@refs/tags/v1.0.0`
  const provenance = hasProvenance ? await provenanceOf(instance, subject, { claims: { repository, sub } }) : undefined
  const uploadId = await world.registry.upload(plugin.bundle)
  return await world.registry.send('POST', `/api/v1/plugins/${id}/versions`, {
    token: world.registry.token,
    json: { uploadId, signature, ...(provenance && { provenance }) },
  })
}

/** A host that meets this registry now. */
async function freshHost() {
  const host = await openTestHost(world.registry.url())
  await host.trust.pinRegistry((await host.registry.trustRoot()).registry)
  return host
}

describe('a publisher without a key [R2][H8]', () => {
  it('publishes with an identity, which the host pins at the first install and checks at each start', async () => {
    expect(await publish('keyless', '1.0.0', instance.signer())).toMatchObject({ status: 201 })
    await using host = await freshHost()
    const plan = await host.store.plan('acme/keyless', '*')
    expect(plan.signer.identities).toMatchObject([{ issuer: ISSUER, subject: 'dev@acme.test' }])
    expect(plan.chain.find(({ layer }) => layer === 'publisher')).toMatchObject({
      state: 'verified',
      by: `dev@acme.test (${ISSUER})`,
    })
    await host.store.pin(plan)
    const { bundleDigest } = await host.store.fetch('acme/keyless', '1.0.0')
    // From disk alone, with a trust file that was read again.
    await using again = await openTestHost('http://127.0.0.1:1', host.dataDir)
    expect((await again.store.open(bundleDigest)).version).toBe('1.0.0')
  }, 60_000)

  it('is refused by the registry as somebody else', async () => {
    const eve = instance.signer({ sub: 'eve@acme.test', email: 'eve@acme.test' })
    expect(await publish('keyless', '1.0.1', eve)).toMatchObject({
      status: 422,
      body: { code: 'SIGNATURE_IDENTITY_UNKNOWN' },
    })
  })

  it('stops counting once the identity is revoked', async () => {
    await using host = await freshHost()
    const plan = await host.store.plan('acme/keyless', '*')
    await host.store.pin(plan)
    const { bundleDigest } = await host.store.fetch('acme/keyless', '1.0.0')
    const added = await send('/api/v1/publishers/acme/identities', { issuer: ISSUER, subject: 'late@acme.test' })
    const { fingerprint } = Object(added.body)
    const { identities } = host.trust.publisher('acme') ?? { identities: [] }
    expect(identities.map(({ subject }) => subject)).toEqual(['dev@acme.test'])
    expect(await host.trust.revokeSigner('acme', fingerprint, new Date().toISOString())).toBe(false)
    await host.trust.revokeSigner('acme', identityOf(plan), new Date().toISOString())
    await expect(host.store.open(bundleDigest)).rejects.toMatchObject({ code: 'SIGNATURE_IDENTITY_INVALID' })
  }, 60_000)
})

const identityOf = (plan: {
  readonly signer: { readonly identities: readonly { issuer: string; subject: string }[] }
}) => identityFingerprint(plan.signer.identities[0] ?? { issuer: '', subject: '' })

describe('provenance [R2][H8]', () => {
  it('is a link of the chain, and once there cannot be taken away or moved to another repository', async () => {
    const { key } = world.registry
    expect(await publish('built', '1.0.0', key, true)).toMatchObject({ status: 201 })
    expect(await publish('built', '1.1.0', key)).toMatchObject({ status: 201 })
    expect(await publish('built', '1.2.0', key, true, 'evil/weather')).toMatchObject({ status: 201 })
    await using host = await freshHost()
    const plan = await host.store.plan('acme/built', '1.0.0')
    expect(plan.chain.find(({ layer }) => layer === 'provenance')).toMatchObject({
      state: 'verified',
      detail: expect.stringContaining('https://github.com/acme/weather'),
    })
    await host.store.pin(plan)
    await host.store.fetch('acme/built', '1.0.0')
    for (const [version, found] of [
      ['1.1.0', 'none'],
      ['1.2.0', 'https://github.com/evil/weather'],
    ] as const) {
      const next = await host.store.plan('acme/built', version)
      expect(next.policy).toMatchObject([{ rule: 'provenance', expected: 'https://github.com/acme/weather', found }])
      await expect(host.store.fetch('acme/built', version)).rejects.toMatchObject({
        code: 'TRUST_POLICY_REFUSED',
        details: { layer: 'policy', expected: 'https://github.com/acme/weather', found },
      })
    }
    await host.policy.set({ provenance: 'optional' })
    expect((await host.store.fetch('acme/built', '1.1.0')).version).toBe('1.1.0')
  }, 60_000)

  it('is refused by the registry about other bytes', async () => {
    const plugin = await signedPlugin(world.registry.key, { manifest: { id: 'acme/lies' } })
    const other = { id: 'acme/lies', version: '1.0.0', bundleDigest: `sha512:${'0'.repeat(128)}` } as const
    const uploadId = await world.registry.upload(plugin.bundle)
    const answer = await world.registry.send('POST', '/api/v1/plugins/acme/lies/versions', {
      token: world.registry.token,
      json: { uploadId, signature: plugin.signature, provenance: await provenanceOf(instance, other) },
    })
    expect(answer).toMatchObject({ status: 422, body: { code: 'PROVENANCE_INVALID' } })
  })
})

describe('a known publisher with another signer [H8][R2]', () => {
  it('waits for a decision: refused until it is accepted, and never asked about again once rejected', async () => {
    await publish('signed', '1.0.0', world.registry.key)
    await using host = await freshHost()
    await host.store.pin(await host.store.plan('acme/signed', '1.0.0'))
    const next = generateKeyPair()
    expect(await send('/api/v1/publishers/acme/keys', { publicKey: next.publicKey })).toMatchObject({ status: 201 })
    expect(await publish('signed', '1.1.0', next)).toMatchObject({ status: 201 })

    const refused: unknown = await host.store.plan('acme/signed', '1.1.0').catch((error: unknown) => error)
    expect(refused).toMatchObject({
      code: 'SIGNATURE_KEY_UNKNOWN',
      message: expect.stringContaining('nexus trust decide'),
      details: { layer: 'publisher', found: next.keyId, decision: 'waiting' },
    })
    const desk = createTrustDesk({ trust: host.trust, policy: host.policy, trustRoot: () => host.registry.trustRoot() })
    const [waiting] = desk.view().decisions
    expect(waiting).toMatchObject({
      signer: `sha256:${next.keyId}`,
      publisherId: 'acme',
      version: '1.1.0',
      state: 'waiting',
    })
    await expect(host.store.fetch('acme/signed', '1.1.0')).rejects.toMatchObject({ code: 'SIGNATURE_KEY_UNKNOWN' })

    await desk.decide(waiting?.id ?? '', false)
    await expect(host.store.plan('acme/signed', '1.1.0')).rejects.toMatchObject({ details: { decision: 'rejected' } })
    expect(desk.view().decisions).toHaveLength(1)
    await desk.decide(waiting?.id ?? '', true)
    expect(desk.view().decisions).toEqual([])
    await host.store.plan('acme/signed', '1.1.0')
    expect((await host.store.fetch('acme/signed', '1.1.0')).version).toBe('1.1.0')
    await expect(desk.decide('nobody', true)).rejects.toMatchObject({ code: 'TRUST_DECISION_UNKNOWN' })
  }, 60_000)

  it('asks nobody about a forgery: only about signers that the registry lists', async () => {
    await publish('forged', '1.0.0', world.registry.key)
    await using host = await freshHost()
    const stranger = generateKeyPair()
    await host.trust.pinPublisher('acme', [{ ...stranger, validFrom: new Date(0).toISOString() }])
    // The host knows another key of acme; the registry's own is listed, and asked about.
    await expect(host.store.plan('acme/forged', '1.0.0')).rejects.toMatchObject({ details: { decision: 'waiting' } })
    expect(host.trust.decisions).toHaveLength(1)
    const claim = { ...(await host.registry.release('acme/forged', '1.0.0')) }
    expect(claim.version).toBe('1.0.0')
  }, 60_000)

  it('pins what a person compared, and takes it back', async () => {
    await using host = await freshHost()
    const desk = createTrustDesk({ trust: host.trust, policy: host.policy, trustRoot: () => host.registry.trustRoot() })
    await host.policy.set({ newPublishers: 'refuse' })
    const first = await host.store.plan('acme/signed', '1.0.0')
    expect(first.policy).toMatchObject([{ rule: 'newPublishers' }])
    await expect(desk.pin('acme', ['sha256:0'])).rejects.toMatchObject({ code: 'TRUST_SIGNER_UNKNOWN' })
    await desk.pin('acme', [`sha256:${world.registry.key.keyId}`])
    expect((await host.store.fetch('acme/signed', '1.0.0')).version).toBe('1.0.0')
    const { signers } = await desk.offered('acme')
    expect(signers.filter(({ pinned }) => pinned)).toMatchObject([{ kind: 'key' }])
    await desk.unpin('acme')
    await expect(host.store.fetch('acme/signed', '1.0.0')).rejects.toMatchObject({ code: 'TRUST_PUBLISHER_UNKNOWN' })
  }, 60_000)
})

describe("the registry's next key [R2][H8]", () => {
  it('is followed when a pinned one endorses it, and only then', async () => {
    await using host = await freshHost()
    const before = host.trust.registryKeys.map(({ keyId }) => keyId)
    expect(await send('/api/v1/registry/keys', { use: 'admission' })).toMatchObject({ status: 201 })
    expect(await publish('rotated', '1.0.0', world.registry.key)).toMatchObject({ status: 201 })
    await host.store.pin(await host.store.plan('acme/rotated', '1.0.0'))
    expect((await host.store.fetch('acme/rotated', '1.0.0')).version).toBe('1.0.0')
    expect(host.trust.registryKeys.map(({ keyId }) => keyId)).toEqual([...before, expect.any(String)])
    const root = await host.registry.trustRoot()
    const stranger = { ...generateKeyPair(), validFrom: new Date().toISOString() }
    await expect(
      host.trust.pinRegistry({ ...root.registry, keys: [...root.registry.keys, stranger] }),
    ).rejects.toMatchObject({ code: 'TRUST_REGISTRY_CHANGED' })
  }, 60_000)
})
