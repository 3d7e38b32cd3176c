import type { SignatureBundle, TrustedIdentity } from '@nexus/registry/contract'
import { errorCode } from '@nexus/plugin-api'
import {
  type SigstoreTrust,
  type TrustedSigners,
  matchesSubject,
  openSigstoreTrust,
  signRelease,
  signerName,
  verifyRelease,
} from '@nexus/registry/signing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ISSUER, type LocalSigstore, openLocalSigstore } from './local-sigstore.ts'

const release = {
  id: 'acme/weather',
  version: '1.0.0',
  bundleDigest: `sha512:${'a'.repeat(128)}`,
  manifestDigest: `sha256:${'b'.repeat(64)}`,
  toolsDigest: `sha256:${'c'.repeat(64)}`,
} as const
const dev: TrustedIdentity = { issuer: ISSUER, subject: 'dev@acme.test', validFrom: '2020-01-01T00:00:00.000Z' }

let instance: LocalSigstore
let sigstore: SigstoreTrust
let signature: SignatureBundle
let signers: TrustedSigners
beforeAll(async () => {
  instance = await openLocalSigstore()
  sigstore = openSigstoreTrust(instance.trustedRoot)
  signature = await signRelease(release, instance.signer())
  signers = { keys: [], identities: [dev], sigstore }
}, 60_000)
afterAll(() => instance[Symbol.asyncDispose]())

const refusal = (bundle: unknown, by: TrustedSigners = signers): { code?: string; details?: object } => {
  try {
    verifyRelease(release, bundle, by)
  } catch (error) {
    return Object(error)
  }
  return {}
}

/** The bundle as text, where an attacker changes what they like. */
// oxlint-disable-next-line typescript/no-explicit-any -- an attacker's hands know no types
const tampered = (change: (bundle: any) => void): unknown => {
  const copy: unknown = structuredClone(signature)
  change(copy)
  return copy
}

const flip = (base64: string, at = 20): string => {
  const bytes = Buffer.from(base64, 'base64')
  bytes[at] = (bytes[at] ?? 0) ^ 1
  return bytes.toString('base64')
}

describe('signing without a key [R2]', () => {
  it('makes a bundle with a certificate, a log entry and a time stamp, and verifies it', () => {
    expect(signature.verificationMaterial).toMatchObject({
      certificate: { rawBytes: expect.any(String) },
      tlogEntries: [{ inclusionProof: expect.anything(), inclusionPromise: expect.anything() }],
      timestampVerificationData: { rfc3161Timestamps: [expect.anything()] },
    })
    const { signer, predicate } = verifyRelease(release, signature, signers)
    expect(signer).toMatchObject({ kind: 'identity', subject: 'dev@acme.test', identity: dev })
    expect(signerName(signer)).toBe(`dev@acme.test (${ISSUER})`)
    expect(predicate.publisher).toBe('acme')
  })

  it('takes the time from witnesses, not from the signer', async () => {
    const backdated = await signRelease(release, instance.signer(), new Date('2021-01-01T00:00:00.000Z'))
    const { signer } = verifyRelease(release, backdated, signers)
    expect(signer.kind === 'identity' && Date.parse(signer.witnessedAt)).toBeGreaterThan(Date.now() - 120_000)
    const ended = { ...dev, validUntil: '2022-01-01T00:00:00.000Z' }
    expect(refusal(backdated, { ...signers, identities: [ended] }).code).toBe('SIGNATURE_IDENTITY_INVALID')
  })

  it('says what is wrong without the token, which is a secret', async () => {
    const token = 'not-a-token-but-secret'
    const failed: unknown = await signRelease(release, { ...instance.signer(), identityToken: token }).catch(
      (error: unknown) => error,
    )
    expect(failed).toMatchObject({
      code: 'SIGNING_FAILED',
      message: expect.stringContaining('IDENTITY_TOKEN_PARSE_ERROR'),
    })
    expect(JSON.stringify([failed, Object(failed).message, Object(failed).stack, Object(failed).cause])).not.toContain(
      token,
    )
    await expect(signRelease(release, { kind: 'identity', services: instance.services })).rejects.toMatchObject({
      code: 'SIGNING_FAILED',
      message: expect.stringContaining('id-token: write'),
    })
    const nobody = { ...instance.services, fulcioUrl: 'http://127.0.0.1:1' }
    await expect(signRelease(release, { ...instance.signer(), services: nobody })).rejects.toMatchObject({
      code: 'SIGNING_FAILED',
      message: expect.stringContaining('CA_CREATE_SIGNING_CERTIFICATE_ERROR'),
    })
  }, 60_000)
})

describe('a signature by an identity that does not count [R2][H8]', () => {
  it.each<[string, Partial<TrustedIdentity>]>([
    ['another person', { subject: 'eve@acme.test' }],
    ['a name that only begins like it', { subject: 'dev@acme.te' }],
    ['a name that would match as a regular expression', { subject: 'dev@acme.tes.' }],
    ['another provider', { issuer: 'https://accounts.evil.test' }],
    ['a provider that only begins like it', { issuer: `${ISSUER}.evil.test` }],
  ])('is refused for %s', (_, change) => {
    expect(refusal(signature, { ...signers, identities: [{ ...dev, ...change }] })).toMatchObject({
      code: 'SIGNATURE_IDENTITY_UNKNOWN',
      details: { layer: 'publisher', expected: [expect.any(String)], found: `${ISSUER} dev@acme.test` },
    })
  })

  it('is refused when it was revoked, when nobody is trusted, and where no instance is', () => {
    const revoked = { ...dev, revokedAt: '2999-01-01T00:00:00.000Z' }
    expect(refusal(signature, { ...signers, identities: [revoked] }).code).toBe('SIGNATURE_IDENTITY_INVALID')
    expect(refusal(signature, { ...signers, identities: [] }).code).toBe('SIGNATURE_IDENTITY_UNKNOWN')
    expect(refusal(signature, { keys: [], identities: [dev] })).toMatchObject({
      code: 'SIGNATURE_ROOT_UNKNOWN',
      details: { layer: 'publisher', expected: 'a Sigstore trusted root', found: 'none' },
    })
  })

  it('is refused when another instance vouches for the same name', async () => {
    await using other = await openLocalSigstore()
    const foreign = await signRelease(release, other.signer())
    expect(refusal(foreign)).toMatchObject({ code: 'SIGNATURE_INVALID', details: { layer: 'publisher' } })
  }, 60_000)
})

describe('a tampered signature by an identity [R2][H8]', () => {
  const material = 'verificationMaterial'
  it.each<[string, (bundle: ReturnType<typeof Object>) => void, string]>([
    ['payload', (b) => (b.dsseEnvelope.payload = flip(b.dsseEnvelope.payload)), 'SIGNATURE_INVALID'],
    [
      'signature',
      (b) => (b.dsseEnvelope.signatures[0].sig = flip(b.dsseEnvelope.signatures[0].sig)),
      'SIGNATURE_INVALID',
    ],
    [
      'certificate',
      (b) => (b[material].certificate.rawBytes = flip(b[material].certificate.rawBytes, 300)),
      'SIGNATURE_INVALID',
    ],
    ['garbage for a certificate', (b) => (b[material].certificate.rawBytes = 'AAAA'), 'SIGNATURE_INVALID'],
    ['no certificate', (b) => delete b[material].certificate, 'SIGNATURE_MALFORMED'],
    ['no log entry', (b) => (b[material].tlogEntries = []), 'SIGNATURE_MALFORMED'],
    ['no time stamp', (b) => delete b[material].timestampVerificationData, 'SIGNATURE_INVALID'],
    ['a log entry twice', (b) => b[material].tlogEntries.push(b[material].tlogEntries[0]), 'SIGNATURE_INVALID'],
    ['a later time of the log', (b) => (b[material].tlogEntries[0].integratedTime = '1893456000'), 'SIGNATURE_INVALID'],
    ['another body in the log', (b) => (b[material].tlogEntries[0].canonicalizedBody = 'e30='), 'SIGNATURE_INVALID'],
    ['the log without its promise', (b) => delete b[material].tlogEntries[0].inclusionPromise, 'SIGNATURE_INVALID'],
    [
      'a forged promise',
      (b) => (b[material].tlogEntries[0].inclusionPromise.signedEntryTimestamp = 'AAAA'),
      'SIGNATURE_INVALID',
    ],
    ['another payload type', (b) => (b.dsseEnvelope.payloadType = 'text/plain'), 'SIGNATURE_MALFORMED'],
    ['a key beside the certificate', (b) => (b[material].publicKey = { hint: 'x' }), 'SIGNATURE_MALFORMED'],
  ])('is refused: %s', (_, change, code) => {
    expect(refusal(tampered(change))).toMatchObject({ code, details: { layer: 'publisher' } })
  })

  it('is refused by a coded error whatever an attacker does to it', () => {
    const paths = leaves(signature)
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom(null, {}, [], 0, 'AAAA', ''),
      fc.base64String({ maxLength: 400 }),
    )
    fc.assert(
      fc.property(fc.constantFrom(...paths), value, (path, replacement) => {
        const changed = tampered((bundle) => put(bundle, path, replacement))
        if (JSON.stringify(changed) === JSON.stringify(signature)) return
        const { code } = refusal(changed)
        // The proof's own root is not looked at: the signed checkpoint has it too. Hints are only hints.
        if (code === undefined) expect(path.join('.')).toMatch(/rootHash|keyid|logIndex|mediaType|kindVersion/)
        else expect(code).toMatch(/^(SIGNATURE|STATEMENT)_/)
      }),
      { numRuns: 300 },
    )
  }, 120_000)

  it('is refused by a coded error when it is no bundle at all', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(refusal(value).code).toBe('SIGNATURE_MALFORMED')
      }),
      { numRuns: 200 },
    )
  })
})

describe('the names of identities [R2]', () => {
  const workflow = 'https://github.com/acme/weather/.github/workflows/release.yml'
  it('compares whole names, and knows one pattern at the end: any tag, any branch', () => {
    expect(matchesSubject(`${workflow}@refs/tags/v1`, `${workflow}@refs/tags/v1`)).toBe(true)
    expect(matchesSubject(`${workflow}@refs/tags/*`, `${workflow}@refs/tags/v1.2.3`)).toBe(true)
    expect(matchesSubject(`${workflow}@refs/tags/*`, `${workflow}@refs/heads/main`)).toBe(false)
    expect(matchesSubject(`${workflow}@refs/tags/*`, `${workflow}@refs/tags/`)).toBe(false)
    expect(matchesSubject(`${workflow}@refs/tags/*`, `${workflow}@refs/tags/v1@refs/tags/v2`)).toBe(false)
    expect(matchesSubject(`${workflow}@refs/tags/*`, `https://evil.test/${workflow}@refs/tags/v1`)).toBe(false)
    expect(matchesSubject('dev@acme.test', 'dev@acme.test.evil.example')).toBe(false)
  })

  it('refuses a trusted root that is none', () => {
    for (const value of [undefined, null, {}, 'x', { certificateAuthorities: [{}] }]) {
      let code: string | undefined
      try {
        openSigstoreTrust(value)
      } catch (error) {
        code = errorCode(error)
      }
      expect(code).toBe('SIGNATURE_ROOT_UNKNOWN')
    }
  })
})

function leaves(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, member]) => leaves(member, [...path, key]))].filter(
    ({ length }) => length > 0,
  )
}

function put(target: unknown, path: readonly string[], value: unknown): void {
  const holder = path.slice(0, -1).reduce((at: unknown, key) => Object(at)[key], target)
  Object(holder)[path.at(-1) ?? ''] = value
}
