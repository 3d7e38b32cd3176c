import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateKeyPair } from '@nexus/registry/signing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Witness } from '../../../runtime/src/install/index.ts'
import { signedPlugin } from '../../registry/fixtures.ts'
import { openTrustingHost } from './install-fixtures.ts'
import { openTestHost } from './open-test-host.ts'

let world: Awaited<ReturnType<typeof openTrustingHost>>
let release: Awaited<ReturnType<typeof signedPlugin>>
beforeAll(async () => {
  world = await openTrustingHost()
  release = await signedPlugin(world.registry.key)
  await world.registry.publish(release)
  await world.host.store.pin(await world.host.store.plan('acme/weather', '*'))
  await world.host.store.fetch('acme/weather', '1.0.0')
})
afterAll(async () => {
  await world.host[Symbol.asyncDispose]()
  await world.registry[Symbol.asyncDispose]()
})

const digest = () => release.digests.bundle
const stampPath = () =>
  join(world.host.plugins, digest().slice('sha512:'.length, 'sha512:'.length + 32), 'verified.json')

/** A host that starts on the same data, and how often it asked the log about the release. */
async function restarted() {
  let asked = 0
  const log: Witness = async (claim, moment) => {
    asked += 1
    return await world.host.context.log?.(claim, moment)
  }
  const host = await openTestHost('http://127.0.0.1:1', world.host.dataDir, { log })
  return { open: () => host.store.open(digest()), asked: () => asked, host }
}

describe('what was checked at an earlier start [H8]', () => {
  it('is not checked again while record and trust are the same, and shows the same chain', async () => {
    const first = await restarted()
    const { chain } = await first.open()
    expect(first.asked()).toBe(0)
    await rm(stampPath())
    const second = await restarted()
    expect((await second.open()).chain).toEqual(chain)
    expect(second.asked()).toBe(1)
    await second.open()
    expect(second.asked()).toBe(1)
  })

  it.each<[string, (stamp: { at: string; evidence: { links: unknown[] }; mac: string }) => void]>([
    ['another time', (stamp) => (stamp.at = new Date().toISOString())],
    ['another chain', (stamp) => stamp.evidence.links.pop()],
    ['another seal', (stamp) => (stamp.mac = '0'.repeat(64))],
  ])('is checked again when somebody changed it: %s', async (_, change) => {
    await (await restarted()).open()
    const stamp = JSON.parse(await readFile(stampPath(), 'utf8'))
    change(stamp)
    await rm(stampPath())
    await writeFile(stampPath(), JSON.stringify(stamp))
    const host = await restarted()
    await host.open()
    expect(host.asked()).toBe(1)
  })

  it('is checked again when it is old, garbage, or sealed by another host', async () => {
    const secret = join(world.host.dataDir, 'keys', 'stamps.key')
    const own = await readFile(secret, 'utf8')
    for (const damage of [
      () => writeFile(secret, '0'.repeat(64)),
      () => rm(stampPath()).then(() => writeFile(stampPath(), '{')),
    ]) {
      await (await restarted()).open()
      await damage()
      const host = await restarted()
      await host.open()
      expect(host.asked()).toBe(1)
      await writeFile(secret, own)
      await rm(stampPath(), { force: true })
    }
  })

  it('does not outlive the trust that it rests on, nor what people decide since', async () => {
    const { host, open, asked } = await restarted()
    await open()
    const before = asked()
    await host.trust.pinPublisher('acme', [{ ...generateKeyPair(), validFrom: new Date().toISOString() }])
    await open()
    expect(asked()).toBe(before + 1)
    await host.policy.set({ blockedPublishers: ['acme'] })
    await expect(open()).rejects.toMatchObject({ code: 'TRUST_POLICY_REFUSED', details: { layer: 'policy' } })
    await host.policy.set({ blockedPublishers: [] })
    await host.notices.put('acme/weather', '1.0.0', { kind: 'revoked', reason: 'Bad.', at: new Date().toISOString() })
    await expect(open()).rejects.toMatchObject({
      code: 'RELEASE_REVOKED',
      details: { layer: 'registry', expected: expect.any(String), found: expect.any(String) },
    })
    expect(asked()).toBe(before + 1)
  })
})

describe('notices about releases [R7][H8]', () => {
  it('keep the gravest word, take back what can be taken back, and are an error when damaged', async () => {
    const { notices, dataDir } = world.host
    const at = new Date().toISOString()
    expect(await notices.put('a/b', '1.0.0', { kind: 'deprecated', reason: 'Old.', at })).toBe(true)
    expect(await notices.put('a/b', '1.0.0', { kind: 'yanked', reason: '', at })).toBe(true)
    expect(await notices.put('a/b', '1.0.0', { kind: 'yanked', reason: '', at })).toBe(false)
    expect(await notices.put('a/b', '1.0.0', { kind: 'deprecated', reason: 'Old.', at })).toBe(false)
    expect(await notices.clear('a/b', '1.0.0', 'yanked')).toBe(true)
    expect(notices.find('a/b', '1.0.0')).toBeUndefined()
    expect(await notices.put('a/b', '1.0.0', { kind: 'revoked', reason: 'Bad.', at })).toBe(true)
    expect(await notices.put('a/b', '1.0.0', { kind: 'yanked', reason: '', at })).toBe(false)
    expect(await notices.clear('a/b', '1.0.0', 'yanked')).toBe(false)
    expect(notices.find('a/b', '2.0.0')).toBeUndefined()
    expect(notices.find('__proto__', 'constructor')).toBeUndefined()
    await writeFile(join(dataDir, 'release-notices.json'), '{"version":1}')
    await expect(openTestHost('http://127.0.0.1:1', dataDir)).rejects.toMatchObject({ code: 'TRUST_NOTICES_INVALID' })
  })
})
