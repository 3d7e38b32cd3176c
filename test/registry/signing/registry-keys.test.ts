import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPublicKey, verify } from 'node:crypto'
import {
  generateKeyPair,
  endorseKey,
  integrityOf,
  signDist,
  toNpmKey,
  verifyDist,
  verifyEndorsement,
} from '@nexus/registry/signing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRegistryKeys } from '../../../registry/src/store/registry-keys.ts'

let dataDir = ''
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'nexus-registry-keys-'))
})
afterAll(() => rm(dataDir, { recursive: true }))

const subject = { name: '@acme/weather', version: '1.0.0', integrity: integrityOf(`sha512:${'a'.repeat(128)}`) }
const now = () => new Date().toISOString()

describe("the registry's keys [R2][R7]", () => {
  it('has one for admissions and one for npm from the first start on, for its owner only', async () => {
    const keys = await openRegistryKeys(dataDir)
    expect(keys.trusted()).toHaveLength(2)
    expect(createPublicKey(keys.current('admission').publicKey).asymmetricKeyType).toBe('ed25519')
    expect(createPublicKey(keys.current('dist').publicKey).asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' })
    expect((await stat(join(dataDir, 'registry-keys.json'))).mode & 0o777).toBe(0o600)
    expect(JSON.stringify(keys.trusted())).not.toContain('PRIVATE')
    expect((await openRegistryKeys(dataDir)).trusted()).toEqual(keys.trusted())
  })

  it('rotates: the new key is endorsed by the old one, which signs nothing more but stays valid for what it signed', async () => {
    const keys = await openRegistryKeys(dataDir)
    const [old, signature] = [keys.current('dist'), signDist(subject, keys.current('dist'))]
    const before = now()
    const next = await keys.rotate('dist')
    expect(keys.current('dist').keyId).toBe(next.keyId)
    expect(verifyDist(subject, signature, keys.trusted('dist'), before).keyId).toBe(old.keyId)
    const later = new Date(Date.now() + 60_000).toISOString()
    expect(() => verifyDist(subject, signature, keys.trusted('dist'), later)).toThrowError(
      expect.objectContaining({ code: 'SIGNATURE_KEY_INVALID' }),
    )
    const admission = await keys.rotate('admission')
    const [first] = (await openRegistryKeys(dataDir)).trusted('admission')
    expect(first?.validUntil).toBe(admission.validFrom)
    // Whoever knows the first key only gets to all others, each by one before it.
    let known = first === undefined ? [] : [first]
    for (const endorsement of keys.endorsements()) known = [...known, verifyEndorsement(endorsement, known)]
    expect(known.map(({ keyId }) => keyId).toSorted()).toEqual(
      keys
        .trusted()
        .map(({ keyId }) => keyId)
        .toSorted(),
    )
  })

  it('follows no endorsement by a stranger or by a revoked key, and none that is another statement', async () => {
    const keys = await openRegistryKeys(dataDir)
    const next = { ...generateKeyPair(), validFrom: now() }
    const forged = await endorseKey(next, generateKeyPair())
    expect(() => verifyEndorsement(forged, keys.trusted())).toThrowError(
      expect.objectContaining({
        code: 'SIGNATURE_KEY_UNKNOWN',
        details: expect.objectContaining({ layer: 'registry' }),
      }),
    )
    const own = await endorseKey(next, keys.current('admission'))
    const revoked = keys.trusted().map((key) => ({ ...key, revokedAt: now() }))
    expect(() => verifyEndorsement(own, revoked)).toThrowError(
      expect.objectContaining({ code: 'SIGNATURE_KEY_INVALID' }),
    )
    const mixed = await endorseKey({ ...next, keyId: '0'.repeat(64) }, keys.current('admission'))
    expect(() => verifyEndorsement(mixed, keys.trusted())).toThrowError(
      expect.objectContaining({ code: 'STATEMENT_MISMATCH' }),
    )
  })

  it('refuses a damaged file rather than making new keys', async () => {
    const path = join(dataDir, 'registry-keys.json')
    const text = await readFile(path, 'utf8')
    for (const damaged of ['{', '{}', text.replace('"version": 1', '"version": 2')]) {
      await writeFile(path, damaged)
      await expect(openRegistryKeys(dataDir)).rejects.toMatchObject({ code: 'REGISTRY_DATA_INVALID' })
    }
    await writeFile(path, text)
  })
})

describe("npm's signature [R2][R1]", () => {
  const key = { ...generateKeyPair('p256'), validFrom: '2020-01-01T00:00:00.000Z' }

  it('is ECDSA P-256 over name, version and integrity, with the key as npm writes it', () => {
    const signature = signDist(subject, key)
    const npm = toNpmKey(key)
    expect(npm).toMatchObject({ keyid: signature.keyid, keytype: 'ecdsa-sha2-nistp256', expires: null })
    expect(npm.keyid).toMatch(/^SHA256:[A-Za-z0-9+/]{43}=$/)
    const publicKey = createPublicKey({ key: Buffer.from(npm.key, 'base64'), format: 'der', type: 'spki' })
    const text = Buffer.from(`@acme/weather@1.0.0:${subject.integrity}`)
    expect(verify('sha256', text, publicKey, Buffer.from(signature.sig, 'base64'))).toBe(true)
    expect(verifyDist(subject, signature, [key], now()).keyId).toBe(key.keyId)
  })

  it.each<[string, Partial<typeof subject>]>([
    ['another name', { name: '@acme/other' }],
    ['another version', { version: '1.0.1' }],
    ['other bytes', { integrity: integrityOf(`sha512:${'b'.repeat(128)}`) }],
  ])('is refused for %s', (_, change) => {
    expect(() => verifyDist({ ...subject, ...change }, signDist(subject, key), [key], now())).toThrowError(
      expect.objectContaining({
        code: 'DIST_SIGNATURE_INVALID',
        details: expect.objectContaining({ layer: 'registry' }),
      }),
    )
  })

  it('is refused by an unknown key, by a key of another kind, and as garbage', () => {
    const signature = signDist(subject, key)
    const other = { ...generateKeyPair('p256'), validFrom: '2020-01-01T00:00:00.000Z' }
    for (const [given, keys] of [
      [signature, [other]],
      [{ ...signature, keyid: toNpmKey(other).keyid }, [other]],
      [{ ...signature, sig: 'AAAA' }, [key]],
      [{ keyid: '', sig: '' }, [key]],
    ] as const) {
      expect(() => verifyDist(subject, given, keys, now())).toThrowError(
        expect.objectContaining({ code: 'DIST_SIGNATURE_INVALID' }),
      )
    }
  })
})
