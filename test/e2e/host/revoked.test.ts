import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectModern } from '../../runtime/gateway/sdk-clients.ts'
import { type RunningHost, startTestHost } from '../../helpers/host.ts'
import { type Stranger, openStranger } from './stranger.ts'

const ID = 'acme/echo'
/** The promise is 5 seconds; the machine may be busy with other tests. */
const SOON_MS = 20_000

let stranger: Stranger
/** A host of its own, which knows the registry only over HTTP and can lose it. */
let far: RunningHost

beforeAll(async () => {
  stranger = await openStranger()
  const created = await stranger.nexus('publisher', 'create', 'acme')
  if (created.code !== 0) throw new Error(created.stderr)
  for (const version of ['1.1.0', '1.2.0', '1.3.0', '1.4.0']) await stranger.publish(await stranger.pack(version))
  far = await startTestHost({ env: { NEXUS_REGISTRY_URL: stranger.host().ready.registryUrl } })
}, 120_000)

afterAll(async () => {
  await far[Symbol.asyncDispose]()
  await stranger[Symbol.asyncDispose]()
})

/** Tells the registry something about a release, as its publisher. */
async function withdraw(version: string, what: 'revocation' | 'yank' | 'deprecation', body?: object): Promise<void> {
  const { token } = await stranger.credentials()
  const url = `${stranger.host().ready.registryUrl}/api/v1/plugins/${ID}/versions/${version}/${what}`
  const answer = await fetch(url, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
}

async function installVersion(host: RunningHost, version: string, label: string): Promise<string> {
  const plan = await host.api('POST', '/api/v1/installations/plan', { pluginId: ID, version })
  const body = { pluginId: ID, version, consentDigest: plan.body.consentDigest, label }
  let job = (await host.api('POST', '/api/v1/installations', body)).body
  while (job.state === 'running') {
    await sleep(50)
    job = (await host.api('GET', `/api/v1/jobs/${job.id}`)).body
  }
  if (job.state !== 'done') throw new Error(JSON.stringify(job.problem))
  return job.installationId
}

/** What a client hears that calls the tool now. */
async function callEcho(host: RunningHost): Promise<string> {
  const client = await connectModern(host.ready.mcpUrl, await host.token())
  const answer: unknown = await client.callTool({ name: 'echo', arguments: { text: 'hello' } }).catch(String)
  await client.close()
  return typeof answer === 'string' ? answer : JSON.stringify(answer)
}

const stateOf = async (host: RunningHost, id: string) => (await host.api('GET', `/api/v1/installations/${id}`)).body

async function within<Found>(
  ms: number,
  look: () => Promise<Found>,
  isThere: (found: Found) => boolean,
): Promise<Found> {
  const until = Date.now() + ms
  for (;;) {
    const found = await look()
    if (isThere(found) || Date.now() > until) return found
    await sleep(50)
  }
}

describe('a rule that changes while plugins run [H8]', () => {
  it('holds what it refuses now, says why, and lets it run again when it is taken back', async () => {
    const host = stranger.host()
    const id = await installVersion(host, '1.4.0', 'ruled')
    const block = (publishers: readonly string[]) =>
      host.api('PATCH', '/api/v1/trust/policy', { blockedPublishers: publishers })
    expect((await block(['acme'])).status).toBe(200)
    const held = await within(
      SOON_MS,
      () => stateOf(host, id),
      ({ state }) => state === 'held',
    )
    expect(held).toMatchObject({
      state: 'held',
      stateReason: { code: 'TRUST_POLICY_REFUSED', message: expect.stringContaining('blocked') },
      chain: [{ layer: 'policy', state: 'failed' }],
    })
    const plan = await host.api('POST', '/api/v1/installations/plan', { pluginId: ID, version: '1.3.0' })
    expect(plan.body.policy).toMatchObject([{ rule: 'blockedPublishers', message: expect.any(String) }])
    const body = { pluginId: ID, version: '1.3.0', consentDigest: plan.body.consentDigest, label: 'refused' }
    let job = (await host.api('POST', '/api/v1/installations', body)).body
    while (job.state === 'running') {
      await sleep(50)
      job = (await host.api('GET', `/api/v1/jobs/${job.id}`)).body
    }
    expect(job).toMatchObject({ state: 'failed', problem: { code: 'TRUST_POLICY_REFUSED' } })
    await block([])
    const again = await within(
      SOON_MS,
      () => stateOf(host, id),
      ({ state }) => state === 'active',
    )
    expect(again.state).toBe('active')
    expect((await host.api('GET', '/api/v1/audit?action=trust.policy-changed')).body.items).toHaveLength(2)
    await host.api('DELETE', `/api/v1/installations/${id}`)
  }, 120_000)
})

describe('a release that its publisher revoked [R7][H8]', () => {
  it('stops on every host that is connected, within seconds, with its reason', async () => {
    const near = await installVersion(stranger.host(), '1.1.0', 'near')
    const away = await installVersion(far, '1.1.0', 'away')
    expect(await callEcho(far)).toContain('hello')

    const began = Date.now()
    await withdraw('1.1.0', 'revocation', { reason: 'It sends secrets away.' })
    for (const [host, id] of [
      [stranger.host(), near],
      [far, away],
    ] as const) {
      const found = await within(
        SOON_MS,
        () => stateOf(host, id),
        ({ state }) => state === 'quarantined',
      )
      expect(found).toMatchObject({
        state: 'quarantined',
        stateReason: { code: 'RELEASE_REVOKED', message: expect.stringContaining('It sends secrets away.') },
        notice: { kind: 'revoked', reason: 'It sends secrets away.' },
        chain: [{ layer: 'registry', state: 'failed' }],
      })
    }
    console.info(`Revoked on two hosts after ${Date.now() - began} ms.`)
    // Its tools stay listed, and whoever calls one hears why it does not run.
    expect(await callEcho(far)).toContain('It sends secrets away.')
    const { items } = (await far.api('GET', '/api/v1/audit?action=plugin.revoked')).body
    expect(items).toMatchObject([{ action: 'plugin.revoked', target: `${ID}@1.1.0`, outcome: 'denied' }])
  }, 90_000)

  it('does not start again: not when somebody ends the quarantine, not after a restart without the registry', async () => {
    const { items } = (await far.api('GET', '/api/v1/installations')).body
    const { id } = items.find((item: { version: string }) => item.version === '1.1.0')
    await far.api('POST', `/api/v1/installations/${id}/release`)
    await far.api('POST', `/api/v1/installations/${id}/restart`)
    const again = await within(
      SOON_MS,
      () => stateOf(far, id),
      ({ state }) => state === 'quarantined',
    )
    expect(again).toMatchObject({ state: 'quarantined', stateReason: { code: 'RELEASE_REVOKED' } })

    await far.stop()
    const { dataDir } = far
    far = await startTestHost({ dataDir, env: { NEXUS_REGISTRY_URL: 'http://127.0.0.1:1' } })
    const offline = await stateOf(far, id)
    expect(offline).toMatchObject({ state: 'quarantined', notice: { kind: 'revoked' } })
    expect(offline.stateReason.message).toContain('It sends secrets away.')
    await far.api('POST', `/api/v1/installations/${id}/restart`)
    expect(await stateOf(far, id)).toMatchObject({ state: 'quarantined', stateReason: { code: 'RELEASE_REVOKED' } })
    await far.stop()
    far = await startTestHost({ dataDir, env: { NEXUS_REGISTRY_URL: stranger.host().ready.registryUrl } })
  }, 120_000)

  it('cannot be installed any more', async () => {
    const plan = await far.api('POST', '/api/v1/installations/plan', { pluginId: ID, version: '1.1.0' })
    expect(plan.status).toBeGreaterThanOrEqual(400)
  }, 30_000)
})

describe('a release that was yanked or deprecated [R7]', () => {
  it('keeps running and says so', async () => {
    const yanked = await installVersion(far, '1.2.0', 'yanked')
    const old = await installVersion(far, '1.3.0', 'old')
    await withdraw('1.2.0', 'yank')
    await withdraw('1.3.0', 'deprecation', { message: 'Use 1.4.' })
    const first = await within(
      SOON_MS,
      () => stateOf(far, yanked),
      ({ notice }) => notice !== undefined,
    )
    expect(first).toMatchObject({ state: 'active', notice: { kind: 'yanked' } })
    const second = await within(
      SOON_MS,
      () => stateOf(far, old),
      ({ notice }) => notice !== undefined,
    )
    expect(second).toMatchObject({ state: 'active', notice: { kind: 'deprecated', reason: 'Use 1.4.' } })
  }, 90_000)
})

describe("a publisher's key that was revoked [R2][R7]", () => {
  it('stops everything that it signed', async () => {
    const id = await installVersion(far, '1.4.0', 'last')
    const key = await stranger.key()
    await revokeKey(key.keyId)
    const found = await within(
      SOON_MS,
      () => stateOf(far, id),
      ({ state }) => state === 'quarantined',
    )
    expect(found).toMatchObject({ state: 'quarantined', stateReason: { code: 'SIGNATURE_KEY_INVALID' } })
  }, 90_000)
})

async function revokeKey(keyId: string): Promise<void> {
  const token = (await readFile(join(stranger.dataDir, 'keys', 'registry-admin-token'), 'utf8')).trim()
  const url = `${stranger.host().ready.registryUrl}/api/v1/publishers/acme/keys/${keyId}`
  const answer = await fetch(url, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } })
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
}
