import { type SigstoreTrust, openSigstoreTrust, verifyProvenance } from '@nexus/registry/signing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LocalSigstore, openLocalSigstore } from './local-sigstore.ts'
import { BUILD, provenanceOf } from './provenance-fixtures.ts'

const subject = { id: 'acme/weather', version: '1.0.0', bundleDigest: `sha512:${'a'.repeat(128)}` } as const

let instance: LocalSigstore
let sigstore: SigstoreTrust
beforeAll(async () => {
  instance = await openLocalSigstore()
  sigstore = openSigstoreTrust(instance.trustedRoot)
}, 60_000)
afterAll(() => instance[Symbol.asyncDispose]())

const refusal = (provenance: unknown, hasRoot = true): unknown => {
  try {
    return verifyProvenance(subject, provenance, hasRoot ? sigstore : undefined)
  } catch (error) {
    return error
  }
}

describe('provenance of a build [R2][H8]', () => {
  it('says where, from what and by which run a release was built', async () => {
    expect(verifyProvenance(subject, await provenanceOf(instance, subject), sigstore)).toEqual({
      repository: 'https://github.com/acme/weather',
      ref: 'refs/tags/v1.0.0',
      commit: BUILD.sha,
      builder: 'https://github.com/acme/weather/.github/workflows/release.yml@refs/tags/v1.0.0',
      issuer: 'https://token.actions.githubusercontent.com',
      run: 'https://github.com/acme/weather/actions/runs/42/attempts/1',
      runner: 'github-hosted',
      witnessedAt: expect.any(String),
    })
  })

  it("takes the name that npm's own provenance has", async () => {
    const named = await provenanceOf(instance, subject, {
      statement: { subject: [{ name: 'pkg:npm/%40acme/weather@1.0.0', digest: { sha512: 'a'.repeat(128) } }] },
    })
    expect(verifyProvenance(subject, named, sigstore).repository).toBe('https://github.com/acme/weather')
  })

  const name = 'pkg:nexus/acme/weather@1.0.0'
  const digest = { sha512: 'a'.repeat(128) }
  it.each<[string, Parameters<typeof provenanceOf>[2]]>([
    ['other bytes', { statement: { subject: [{ name, digest: { sha512: 'b'.repeat(128) } }] } }],
    ['another release', { statement: { subject: [{ name: 'pkg:nexus/acme/weather@1.0.1', digest }] } }],
    [
      'two subjects',
      {
        statement: {
          subject: [
            { name, digest },
            { name: 'pkg:nexus/acme/other@1.0.0', digest },
          ],
        },
      },
    ],
    ['another statement', { statement: { predicateType: 'https://slsa.dev/verification_summary/v1' } }],
    ['a provider that is no build service', { claims: { iss: 'https://accounts.example.test' } }],
    [
      'a workflow of another repository',
      { claims: { sub: 'https://github.com/evil/weather/.github/workflows/a.yml@refs/tags/v1.0.0' } },
    ],
    [
      'a workflow at another ref',
      { claims: { sub: 'https://github.com/acme/weather/.github/workflows/release.yml@refs/heads/evil' } },
    ],
    ['no ref', { claims: { ref: 'refs/pull/7/merge' } }],
    ['a repository elsewhere', { claims: { repository: 'acme/weather evil' } }],
  ])('is refused about %s, naming layer, expected and found', async (_, change) => {
    expect(refusal(await provenanceOf(instance, subject, change))).toMatchObject({
      code: 'PROVENANCE_INVALID',
      details: { layer: 'provenance', expected: expect.any(String), found: expect.any(String) },
    })
  })

  it('is refused without a trust root, by another instance, tampered with, and when it is none', async () => {
    const provenance = await provenanceOf(instance, subject)
    expect(refusal(provenance, false)).not.toHaveProperty('repository')
    await using other = await openLocalSigstore()
    for (const value of [
      await provenanceOf(other, subject),
      { ...provenance, dsseEnvelope: { ...provenance.dsseEnvelope, payload: 'e30=' } },
      {},
      null,
      'x',
    ]) {
      expect(refusal(value)).toMatchObject({ code: 'PROVENANCE_INVALID', details: { layer: 'provenance' } })
    }
  }, 60_000)
})
