import { generateKeyPairSync } from 'node:crypto'
import type { SignatureBundle, TrustedKey } from '@nexus/registry/contract'
import {
  type SigningKey,
  generateKeyPair,
  keyIdOf,
  signAdmission,
  signRelease,
  verifyAdmission,
  verifyRelease,
} from '@nexus/registry/signing'
import { beforeAll, describe, expect, it } from 'vitest'

const publisher = generateKeyPair()
const registry = generateKeyPair()
const stranger = generateKeyPair()
const trusted = (key: SigningKey, change: Partial<TrustedKey> = {}): TrustedKey => ({
  keyId: key.keyId,
  publicKey: key.publicKey,
  validFrom: '2020-01-01T00:00:00.000Z',
  ...change,
})
const release = {
  id: 'acme/weather',
  version: '1.0.0',
  bundleDigest: `sha512:${'a'.repeat(128)}`,
  manifestDigest: `sha256:${'b'.repeat(64)}`,
  toolsDigest: `sha256:${'c'.repeat(64)}`,
} as const
const keys = [trusted(publisher)]

let signature: SignatureBundle
let admission: SignatureBundle
beforeAll(async () => {
  signature = await signRelease(release, publisher)
  admission = await signAdmission(release, signature, registry, new Date())
})

function editPayload(bundle: SignatureBundle, edit: (text: string) => string): SignatureBundle {
  const text = Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString()
  return { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, payload: Buffer.from(edit(text)).toString('base64') } }
}

describe('publisher signature [R2][H8]', () => {
  it('verifies what the publisher signed', () => {
    const { predicate, signer } = verifyRelease(release, signature, { keys })
    expect(predicate).toMatchObject({ id: 'acme/weather', version: '1.0.0', publisher: 'acme' })
    expect(signer).toMatchObject({ kind: 'key', key: { keyId: publisher.keyId } })
  })

  it('signs with ECDSA P-256 as well', async () => {
    const pair = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    })
    const key = { ...pair, keyId: keyIdOf(pair.publicKey) }
    const bundle = await signRelease(release, key)
    expect(verifyRelease(release, bundle, { keys: [trusted(key)] }).signer).toMatchObject({ key: { keyId: key.keyId } })
  })

  it('pins the shape of the signature bundle', () => {
    expect(signature).toMatchObject({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: { publicKey: { hint: publisher.keyId } },
      dsseEnvelope: { payloadType: 'application/vnd.in-toto+json' },
    })
    expect(JSON.parse(Buffer.from(signature.dsseEnvelope.payload, 'base64').toString())).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'pkg:nexus/acme/weather@1.0.0', digest: { sha512: 'a'.repeat(128) } }],
      predicateType: 'https://nexus.dev/attestation/publish/v1',
      predicate: {
        id: 'acme/weather',
        version: '1.0.0',
        publisher: 'acme',
        manifestDigest: release.manifestDigest,
        toolsDigest: release.toolsDigest,
        signedAt: expect.any(String),
      },
    })
  })

  it.each([
    ['other bytes', { bundleDigest: `sha512:${'d'.repeat(128)}` as const }],
    ['another version', { version: '1.0.1' }],
    ['another plugin', { id: 'acme/other' }],
    ['another publisher', { id: 'evil/weather' }],
    ['another manifest', { manifestDigest: `sha256:${'d'.repeat(64)}` as const }],
    ['other tools', { toolsDigest: `sha256:${'d'.repeat(64)}` as const }],
  ])('refuses a signature about %s, naming layer, expected and found', (_, change) => {
    const claim = { ...release, ...change }
    expect(() => verifyRelease(claim, signature, { keys })).toThrowError(
      expect.objectContaining({
        code: 'STATEMENT_MISMATCH',
        details: {
          layer: 'publisher',
          what: expect.any(String),
          expected: expect.any(String),
          found: expect.any(String),
        },
      }),
    )
  })

  it('refuses an edited payload', () => {
    const edited = editPayload(signature, (text) => text.replace('1.0.0', '1.0.1'))
    expect(() => verifyRelease(release, edited, { keys })).toThrowError(
      expect.objectContaining({ code: 'SIGNATURE_INVALID' }),
    )
  })

  it('refuses a signature of another key under the trusted name', async () => {
    const forged = await signRelease(release, { ...stranger, keyId: publisher.keyId })
    expect(() => verifyRelease(release, forged, { keys })).toThrowError(
      expect.objectContaining({ code: 'SIGNATURE_INVALID' }),
    )
  })

  it('refuses a key that is not trusted', async () => {
    const foreign = await signRelease(release, stranger)
    expect(() => verifyRelease(release, foreign, { keys })).toThrowError(
      expect.objectContaining({
        code: 'SIGNATURE_KEY_UNKNOWN',
        details: { layer: 'publisher', expected: [publisher.keyId], found: stranger.keyId },
      }),
    )
    expect(() => verifyRelease(release, signature, { keys: [] })).toThrowError(
      expect.objectContaining({ code: 'SIGNATURE_KEY_UNKNOWN' }),
    )
  })

  it('refuses a trusted entry whose fingerprint belongs to another key', () => {
    const mixed = [{ ...trusted(stranger), keyId: publisher.keyId }]
    expect(() => verifyRelease(release, signature, { keys: mixed })).toThrowError(
      expect.objectContaining({ code: 'SIGNATURE_KEY_INVALID' }),
    )
  })

  it.each([
    ['expired before', { validUntil: '2021-01-01T00:00:00.000Z' }],
    ['began after', { validFrom: '2999-01-01T00:00:00.000Z' }],
    ['was revoked, even later', { revokedAt: '2999-01-01T00:00:00.000Z' }],
  ])('refuses a key that %s the signing', (_, change) => {
    expect(() => verifyRelease(release, signature, { keys: [trusted(publisher, change)] })).toThrowError(
      expect.objectContaining({ code: 'SIGNATURE_KEY_INVALID' }),
    )
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['text', 'bundle'],
    ['an empty object', {}],
    ['an array', []],
  ])('refuses %s', (_, value) => {
    expect(() => verifyRelease(release, value, { keys })).toThrowError(
      expect.objectContaining({ code: 'SIGNATURE_MALFORMED' }),
    )
  })

  it('refuses no signature and two signatures', () => {
    for (const signatures of [[], [...signature.dsseEnvelope.signatures, ...signature.dsseEnvelope.signatures]]) {
      const changed = { ...signature, dsseEnvelope: { ...signature.dsseEnvelope, signatures } }
      expect(() => verifyRelease(release, changed, { keys })).toThrowError(
        expect.objectContaining({ code: 'SIGNATURE_MALFORMED' }),
      )
    }
  })

  it('refuses a certificate smuggled in beside the key', () => {
    const smuggled = {
      ...signature,
      verificationMaterial: { ...signature.verificationMaterial, certificate: { rawBytes: 'AAAA' } },
    }
    expect(() => verifyRelease(release, smuggled, { keys })).toThrowError(
      expect.objectContaining({ code: 'SIGNATURE_MALFORMED' }),
    )
  })
})

describe('registry countersignature [R2]', () => {
  it('verifies what the registry admitted', () => {
    expect(verifyAdmission(release, signature, admission, [trusted(registry)]).predicate.verdict).toBe('admitted')
  })

  it('refuses an admission of other bytes', () => {
    const claim = { ...release, bundleDigest: `sha512:${'d'.repeat(128)}` as const }
    expect(() => verifyAdmission(claim, signature, admission, [trusted(registry)])).toThrowError(
      expect.objectContaining({ code: 'STATEMENT_MISMATCH', details: expect.objectContaining({ layer: 'registry' }) }),
    )
  })

  it('refuses an admission of another signature of the same publisher', async () => {
    const other = await signRelease(release, publisher, new Date(0))
    expect(() => verifyAdmission(release, other, admission, [trusted(registry)])).toThrowError(
      expect.objectContaining({ code: 'STATEMENT_MISMATCH' }),
    )
  })

  it('refuses a statement of the wrong kind, each way', () => {
    expect(() => verifyAdmission(release, signature, signature, keys)).toThrowError(
      expect.objectContaining({ code: 'STATEMENT_MALFORMED' }),
    )
    expect(() => verifyRelease(release, admission, { keys: [trusted(registry)] })).toThrowError(
      expect.objectContaining({ code: 'STATEMENT_MALFORMED' }),
    )
  })
})

describe('keys [R2]', () => {
  it('refuses keys of other kinds and texts that are no keys', () => {
    const rsa = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    })
    expect(() => keyIdOf(rsa.publicKey)).toThrowError(expect.objectContaining({ code: 'KEY_MALFORMED' }))
    expect(() => keyIdOf('-----BEGIN PUBLIC KEY-----')).toThrowError(expect.objectContaining({ code: 'KEY_MALFORMED' }))
  })
})
