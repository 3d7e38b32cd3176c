import { generateKeyPairSync } from 'node:crypto'
import { bundleFromJSON } from '@sigstore/bundle'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import { Verifier, toSignedEntity, toTrustMaterial } from '@sigstore/verify'
import type { LoggedRecord } from '@nexus/registry/contract'
import { readLogKey, toSignatureBundle, verifyLogged } from '@nexus/registry/log'
import { describe, expect, it } from 'vitest'
import {
  findPublished,
  readConsistency,
  readEntries,
  readHead,
  readLogged,
} from '../../../registry/src/log/read-log.ts'
import { openTestLog, published } from './open-test-log.ts'

/** A log with releases 1.0.0 to 1.0.<count - 1>. */
async function openFilledLog(count: number) {
  const log = await openTestLog()
  for (let at = 0; at < count; at += 1) await log.append(published(`1.0.${at}`))
  return log
}

/** The same with one member changed. */
function tampered(
  logged: LoggedRecord,
  change: (copy: { record: LoggedRecord['record']; proof: LoggedRecord['proof'] }) => void,
) {
  const copy = structuredClone(logged)
  change(copy)
  return copy
}

describe('an entry of the log [R2]', () => {
  it('is verified by unmodified @sigstore/verify with a trusted root that names the log', async () => {
    await using log = await openFilledLog(11)
    const logged = await readLogged(log, 6)
    const publicKey = {
      rawBytes: log.logKey.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor: { start: '2020-01-01T00:00:00.000Z' },
    }
    const logId = { keyId: log.logKey.logId.toString('base64') }
    const root = TrustedRoot.fromJSON({
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [{ baseUrl: log.logKey.origin, hashAlgorithm: 'SHA2_256', publicKey, logId }],
      certificateAuthorities: [],
      ctlogs: [],
      timestampAuthorities: [],
    })
    const material = toTrustMaterial(root, () => ({ publicKey: log.logKey.publicKey, validFor: () => true }))
    const bundle = bundleFromJSON(JSON.parse(JSON.stringify(toSignatureBundle(logged, log.logKey))))
    const verifier = new Verifier(material, { ctlogThreshold: 0, tlogThreshold: 1, timestampThreshold: 1 })
    expect(verifier.verify(toSignedEntity(bundle)).key).toBeDefined()
  })

  it('says what happened, when, and in which tree', async () => {
    await using log = await openFilledLog(5)
    const verified = verifyLogged(await readLogged(log, 3), log.logKey)
    expect(verified).toMatchObject({ index: 3, log: log.logKey.origin, entry: published('1.0.3') })
    expect(verified.checkpoint.size).toBe(5)
  })

  it('is proven in the log as it was, too', async () => {
    await using log = await openFilledLog(9)
    const then = await findPublished(log, { id: 'acme/weather', version: '1.0.2' }, 4)
    expect(then).toBeDefined()
    if (then !== undefined) expect(verifyLogged(then, log.logKey).checkpoint.size).toBe(4)
    await expect(readLogged(log, 5, 3)).rejects.toMatchObject({ code: 'LOG_RANGE' })
    await expect(readLogged(log, 5, 30)).rejects.toMatchObject({ code: 'LOG_RANGE' })
    await expect(readLogged(log, 50)).rejects.toMatchObject({ code: 'LOG_ENTRY_NOT_FOUND' })
    await expect(readConsistency(log, 3, 30)).rejects.toMatchObject({ code: 'LOG_RANGE' })
    await expect(readConsistency(log, 5, 3)).rejects.toMatchObject({ code: 'LOG_RANGE' })
  })

  it('is refused when any of it was changed', async () => {
    await using log = await openFilledLog(7)
    const logged = await readLogged(log, 2)
    const other = await readLogged(log, 3)
    const refused = (change: Parameters<typeof tampered>[1], code: string) =>
      expect(() => verifyLogged(tampered(logged, change), log.logKey)).toThrow(expect.objectContaining({ code }))
    refused(({ record }) => (record.statement = record.statement.replace('1.0.2', '1.0.9')), 'LOG_PROOF_INVALID')
    refused(({ record }) => (record.statement = other.record.statement), 'LOG_PROOF_INVALID')
    refused(({ record }) => (record.body = other.record.body), 'LOG_PROOF_INVALID')
    refused(({ record }) => (record.body = '{}'), 'LOG_PROOF_INVALID')
    refused(({ record }) => (record.body = '{'), 'LOG_PROOF_INVALID')
    refused(({ record }) => (record.integratedTime += 60), 'LOG_PROOF_INVALID')
    refused(({ record }) => (record.index = 3), 'LOG_PROOF_INVALID')
    refused(({ record }) => (record.signedEntryTimestamp = other.record.signedEntryTimestamp), 'LOG_PROOF_INVALID')
    refused(({ proof }) => proof.hashes.pop(), 'LOG_PROOF_INVALID')
    refused(({ proof }) => (proof.hashes = proof.hashes.toReversed()), 'LOG_PROOF_INVALID')
    refused(({ proof }) => (proof.size = 6), 'LOG_PROOF_INVALID')
    refused(({ proof }) => (proof.checkpoint = proof.checkpoint.replace('\n7\n', '\n8\n')), 'LOG_KEY_MISMATCH')
    refused(({ proof }) => (proof.checkpoint = 'nonsense'), 'LOG_CHECKPOINT_INVALID')
    refused(({ proof }) => (proof.checkpoint += proof.checkpoint.split('\n\n')[1] ?? ''), 'LOG_CHECKPOINT_INVALID')
  })

  it('is refused by whoever trusts another log', async () => {
    await using log = await openFilledLog(3)
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const other = readLogKey(publicKey.export({ type: 'spki', format: 'pem' }))
    const logged = await readLogged(log, 0)
    expect(() => verifyLogged(logged, other)).toThrow(expect.objectContaining({ code: 'LOG_KEY_MISMATCH' }))
    // The other log's name on this log's key: the name follows from the key, so the hint gives it away.
    expect(() => verifyLogged(logged, { ...other, origin: log.logKey.origin })).toThrow(
      expect.objectContaining({ code: 'LOG_KEY_MISMATCH' }),
    )
  })

  it('has a head and pages that go on where the one before ended', async () => {
    await using log = await openFilledLog(5)
    expect(await readHead(log)).toMatchObject({ size: 5, origin: log.logKey.origin })
    const page = await readEntries(log, 2, 2)
    expect(page.items.map(({ index }) => index)).toEqual([2, 3])
    expect((await readEntries(log, 5, 2)).items).toEqual([])
  })

  it('has a checkpoint before anything happened', async () => {
    await using log = await openTestLog()
    expect(await readHead(log)).toMatchObject({ size: 0 })
    expect(await readConsistency(log, 0, 0)).toEqual({ from: 0, to: 0, hashes: [] })
  })
})
