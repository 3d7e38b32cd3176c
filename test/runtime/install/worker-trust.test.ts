import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKeyPairSync } from 'node:crypto'
import { keyIdOf } from '@nexus/registry/signing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTrust } from '../../../runtime/src/install/trust.ts'

let dataDir = ''
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'nexus-worker-trust-'))
})
afterAll(() => rm(dataDir, { recursive: true }))

const registryUrl = 'http://registry.example'
const publicKey = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' })
const key = { keyId: keyIdOf(publicKey), publicKey, validFrom: '2026-01-01T00:00:00.000Z' }

describe('trust in worker threads [H4]', () => {
  it('is off for a publisher whose keys are pinned, until the operator says otherwise', async () => {
    const trust = await openTrust({ dataDir, registryUrl })
    await trust.pinPublisher('acme', [key])
    expect(trust.publisher('acme')?.workers).toBe(false)
    await trust.trustWorkers('acme', true)
    expect(trust.publisher('acme')?.workers).toBe(true)
  })

  it('is kept in trust.json and survives the pinning of another key', async () => {
    const trust = await openTrust({ dataDir, registryUrl })
    expect(trust.publisher('acme')?.workers).toBe(true)
    await trust.pinPublisher('acme', [key])
    expect(JSON.parse(await readFile(join(dataDir, 'trust.json'), 'utf8'))).toMatchObject({
      publishers: { acme: { workers: true } },
    })
    await trust.trustWorkers('acme', false)
    expect((await openTrust({ dataDir, registryUrl })).publisher('acme')?.workers).toBe(false)
  })

  it('refuses a publisher that nobody has pinned', async () => {
    const trust = await openTrust({ dataDir, registryUrl })
    await expect(trust.trustWorkers('stranger', true)).rejects.toMatchObject({ code: 'TRUST_PUBLISHER_UNKNOWN' })
    expect(trust.publisher('stranger')).toBeUndefined()
  })
})
