import { chmod, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { digestBundle, readBundle } from '@nexus/registry/bundle'
import { generateKeyPair } from '@nexus/registry/signing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { connectModern } from '../../runtime/gateway/sdk-clients.ts'
import { EVIL_CODE, WIDER } from './forge.ts'
import { type Stranger, openStranger } from './stranger.ts'

const ID = 'acme/echo'
let stranger: Stranger

beforeAll(async () => {
  stranger = await openStranger()
  const created = await stranger.nexus('publisher', 'create', 'acme')
  if (created.code !== 0) throw new Error(created.stderr)
  await stranger.publish(stranger.tgz)
  // From here on this host knows the publisher's key.
  await stranger.host().install(ID)
})

afterAll(() => stranger[Symbol.asyncDispose]())

const signaturesOf = async (version: string) => (await stranger.registry.release(ID, version)).signatures

describe('a registry that lies to the host [R2] [H8]', () => {
  it('is caught when its file of a bundle changed on disk, even after the consent: bytes', async () => {
    const { bundleDigest: digest } = await stranger.publish(await stranger.pack('2.0.0'))
    const ask = { pluginId: ID, version: '2.0.0' }
    const host = stranger.host()
    const planned = await host.api('POST', '/api/v1/installations/plan', ask)
    await stranger.disk.putBlob(digest, await stranger.pack('2.0.0', {}, EVIL_CODE))
    expect(await stranger.plan('2.0.0')).toMatchObject({
      code: 'INSTALL_DIGEST_MISMATCH',
      detail: expect.stringContaining('Expected the bytes'),
    })
    const body = { ...ask, consentDigest: planned.body.consentDigest, label: 'second' }
    let job = (await host.api('POST', '/api/v1/installations', body)).body
    while (job.state === 'running') job = (await host.api('GET', `/api/v1/jobs/${job.id}`)).body
    expect(job).toMatchObject({ state: 'failed', problem: { code: 'INSTALL_DIGEST_MISMATCH' } })
    const kept = await readdir(join(stranger.dataDir, 'plugins'))
    expect(kept.filter((name) => name.startsWith('.') || digest.includes(name))).toEqual([])
  })

  it('is caught when its database names other bytes or a signature of another release: publisher', async () => {
    const { disk, plan } = stranger
    const { bundleDigest: honest } = await stranger.publish(await stranger.pack('2.1.0'))
    const [own, other] = [await signaturesOf('2.1.0'), await signaturesOf('1.0.0')]
    const evil = await stranger.pack('2.1.0', WIDER)
    await disk.putBlob(digestBundle(evil), evil)
    disk.changeRelease(ID, '2.1.0', 'bundleDigest', digestBundle(evil))
    expect(await plan('2.1.0')).toMatchObject({
      code: 'STATEMENT_MISMATCH',
      detail: expect.stringContaining('bundle digest in the statement of the publisher'),
    })
    disk.changeRelease(ID, '2.1.0', 'bundleDigest', honest)
    disk.changeRelease(ID, '2.1.0', 'publishSignature', JSON.stringify(other.publish))
    expect(await plan('2.1.0')).toMatchObject({
      code: 'STATEMENT_MISMATCH',
      detail: expect.stringContaining('statement of the publisher'),
    })
    disk.changeRelease(ID, '2.1.0', 'publishSignature', JSON.stringify(own.publish))
    expect(await plan('2.1.0')).toMatchObject({ status: 200 })
  })

  it('is caught when it gives the publisher another key: only the pinned one counts', async () => {
    const own = await stranger.key()
    const attacker = generateKeyPair()
    stranger.disk.changeKey(own, attacker)
    // Admitted and countersigned: the registry itself believes the attacker now.
    await stranger.publish(await stranger.pack('2.2.0', {}, EVIL_CODE), { signer: attacker })
    expect(await stranger.plan('2.2.0')).toMatchObject({
      code: 'SIGNATURE_KEY_UNKNOWN',
      detail: expect.stringContaining('signature of the publisher'),
    })
    stranger.disk.changeKey(attacker, own)
  })

  it('is caught when its own admission is about another release: registry', async () => {
    await stranger.publish(await stranger.pack('2.3.0'))
    const { admission } = await signaturesOf('1.0.0')
    stranger.disk.changeRelease(ID, '2.3.0', 'admissionSignature', JSON.stringify(admission))
    expect(await stranger.plan('2.3.0')).toMatchObject({
      code: 'STATEMENT_MISMATCH',
      detail: expect.stringContaining('statement of the registry'),
    })
  })

  it('is not asked what a plugin may touch: the signed manifest says it', async () => {
    await stranger.publish(await stranger.pack('2.4.0', WIDER))
    const { manifest: modest } = await readBundle(await stranger.pack('2.4.0'))
    stranger.disk.changeRelease(ID, '2.4.0', 'manifest', JSON.stringify(modest))
    const plan = await stranger.host().api('POST', '/api/v1/installations/plan', { pluginId: ID, version: '2.4.0' })
    expect(plan.body.permissions).toMatchObject([{ family: 'network', targets: ['evil.example:443 POST'] }])
  })
})

describe('a host whose own files were changed [R2] [H8]', () => {
  it('starts neither a release with changed files nor one whose publisher has another key in trust.json', async () => {
    const redact = await stranger.host().install('nexus/redact')
    const { items } = (await stranger.host().api('GET', '/api/v1/installations')).body
    const echo = items.find((item: { pluginId: string }) => item.pluginId === ID).id
    const detail = (await stranger.host().api('GET', `/api/v1/installations/${redact}`)).body
    await stranger.restart(async () => {
      await changeCode(detail.bundleDigest)
      await changeTrust()
    })

    const host = stranger.host()
    // Between two tries it is not failed for a moment.
    const stateOf = async (id: string) =>
      await vi.waitUntil(
        async () => {
          const { body } = await host.api('GET', `/api/v1/installations/${id}`)
          return body.state === 'failed' && body
        },
        { timeout: 20_000 },
      )
    expect(await stateOf(redact)).toMatchObject({ state: 'failed', stateReason: { code: 'INSTALL_DAMAGED' } })
    expect(await stateOf(echo)).toMatchObject({ state: 'failed', stateReason: { code: 'SIGNATURE_KEY_UNKNOWN' } })
    const client = await connectModern(host.ready.mcpUrl, await host.token())
    expect((await client.listTools()).tools).toEqual([])
    await client.close()
  })
})

/** Appends a harmless line to the code of a stored release. */
async function changeCode(bundleDigest: string): Promise<void> {
  const folder = bundleDigest.slice('sha512:'.length, 'sha512:'.length + 32)
  const main = join(stranger.dataDir, 'plugins', folder, 'files', 'dist', 'index.js')
  await chmod(main, 0o600)
  await writeFile(main, `${await readFile(main, 'utf8')}\n// changed`)
}

/** Puts a stranger's key in the place of the pinned one. */
async function changeTrust(): Promise<void> {
  const path = join(stranger.dataDir, 'trust.json')
  const trust = JSON.parse(await readFile(path, 'utf8'))
  const { keyId, publicKey } = generateKeyPair()
  Object.assign(trust.publishers.acme.keys[0], { keyId, publicKey })
  await writeFile(path, JSON.stringify(trust))
}
