import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Stranger, openStranger } from './stranger.ts'

let stranger: Stranger
let id = ''

const ASKS = { permissions: { network: [{ host: 'api.acme.test', methods: ['GET'], reason: 'To ask.' }] } }

async function publish(version: string, manifest: object = {}): Promise<void> {
  const path = join(stranger.folder, `echo-${version}.tgz`)
  await writeFile(path, await stranger.pack(version, manifest))
  const published = await stranger.nexus('plugin', 'publish', path, '--publisher', 'acme')
  if (published.code !== 0) throw new Error(published.stderr)
}

async function nexus(...args: readonly string[]) {
  const { code, stdout, stderr } = await stranger.nexus('plugin', ...args, '--json')
  return { code, body: stdout === '' ? undefined : JSON.parse(stdout), stderr }
}

const versions = async () => (await nexus('versions', 'acme/echo')).body

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 120; turn += 1) {
    if (await condition()) return
    await new Promise((resume) => setTimeout(resume, 500))
  }
  throw new Error('Expected it to happen within a minute.')
}

beforeAll(async () => {
  stranger = await openStranger()
  await stranger.nexus('publisher', 'create', 'acme', '--name', 'Acme')
  await publish('1.0.0')
  const installed = await nexus('install', 'acme/echo@1.0.0', '--yes')
  id = installed.body.id
}, 120_000)
afterAll(() => stranger[Symbol.asyncDispose]())

describe('automatic updates on a running host [H7]', () => {
  it('come by themselves when the registry publishes, and wait when they want more', async () => {
    expect((await nexus('automatic', 'acme/echo', 'minor')).body.setting).toMatchObject({ mode: 'minor' })
    await publish('1.1.0')
    await until(async () => (await versions()).version === '1.1.0')
    expect((await versions()).history[0]).toMatchObject({ origin: 'automatic', fromVersion: '1.0.0', by: 'system' })
    await publish('1.2.0', ASKS)
    await until(async () => (await versions()).offer?.version === '1.2.0')
    expect(await versions()).toMatchObject({ version: '1.1.0', offer: { reasons: ['CONSENT'] } })
    const { body } = await stranger.host().api('GET', '/api/v1/overview')
    expect(body.attention).toMatchObject([{ installationId: id, code: 'UPDATE_WAITS' }])
    const plan = await nexus('plan', 'acme/echo', '--to', '1.2.0')
    expect(plan.body).toMatchObject({
      consentRequired: true,
      signer: { change: 'same' },
      scan: { verdict: expect.stringMatching(/passed|flagged/) },
      permissionChanges: [{ family: 'network', change: 'wider' }],
    })
    const text = await stranger.nexus('plugin', 'plan', 'acme/echo', '--to', '1.2.0')
    expect(text.stdout).toContain('+ network   GET https://api.acme.test:443')
    expect((await nexus('decline', 'acme/echo', '1.2.0')).body.offer.state).toBe('declined')
  }, 120_000)

  it('keep to a pin and to a staged roll-out', async () => {
    expect((await nexus('pin', 'acme/echo')).body.setting.pinned).toBe(true)
    const refused = await nexus('update', 'acme/echo@1.0.0', '--yes')
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('INSTALLATION_PINNED')])
    await publish('1.3.0')
    const rolled = await stranger.nexus('rollout', 'acme/echo@1.3.0', '0')
    expect([rolled.code, rolled.stdout]).toEqual([0, expect.stringContaining('0 % of the hosts')])
    await nexus('unpin', 'acme/echo')
    await until(async () => (await versions()).offer?.version === '1.3.0')
    expect(await versions()).toMatchObject({ version: '1.1.0', offer: { reasons: ['ROLLOUT'] } })
    expect((await stranger.nexus('rollout', 'acme/echo@1.3.0', '100')).code).toBe(0)
    await nexus('automatic', 'acme/echo', 'minor')
    await until(async () => (await versions()).version === '1.3.0')
  }, 120_000)

  it('are taken back in one step', async () => {
    const back = await nexus('rollback', 'acme/echo')
    expect([back.code, back.body?.version]).toEqual([0, '1.1.0'])
    expect((await versions()).history[0]).toMatchObject({ origin: 'rollback', fromVersion: '1.3.0', version: '1.1.0' })
    const again = await nexus('rollback', 'acme/echo', '9.9.9')
    expect(again.code).toBe(1)
  }, 120_000)
})

describe('a host that is killed on probation [H7]', () => {
  it('starts with the version that had proved healthy', async () => {
    await nexus('automatic', 'acme/echo', 'off')
    // The roll-back before must have proved healthy too.
    await until(async () => (await versions()).history[0].outcome === 'kept')
    const updated = await nexus('update', 'acme/echo@1.3.0', '--yes')
    expect(updated.body).toMatchObject({ version: '1.3.0', swap: { phase: 'probation' } })
    await stranger.host().stop('SIGKILL')
    await stranger.restart(async () => undefined)
    const found = await versions()
    expect(found.version).toBe('1.1.0')
    expect(found.history[0]).toMatchObject({ outcome: 'rolled-back', reason: { code: 'UPDATE_INTERRUPTED' } })
  }, 180_000)
})
