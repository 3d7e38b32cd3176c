import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { digestBundle } from '@nexus/registry/bundle'
import { signRelease } from '@nexus/registry/signing'
import { describe, expect, it } from 'vitest'
import { type RegistryProcess, startRegistry } from '../../../scripts/bench/registry-process.ts'
import { hostileBundles, measurePings, publishBundle } from '../../../scripts/bench/upload-load.ts'
import { openTestHost } from '../../runtime/install/open-test-host.ts'
import { openTestRegistry } from '../http/open-test-registry.ts'
import { signable, signedPlugin } from '../fixtures.ts'
import { canMount, mountSmall } from './tmpfs.ts'

const MIB = 1024 * 1024
const ID = 'acme/weather'

type Publisher = Awaited<ReturnType<RegistryProcess['createPublisher']>>

/** Signed releases of one plugin, each of its own bytes and some size. */
async function releasesOf(key: Publisher['key'], count: number, bytes: number) {
  const made = []
  for (let index = 0; index < count; index += 1) {
    // Random, so that compression does not make it small.
    const filler = Buffer.concat(
      Array.from({ length: Math.ceil(bytes / 65_536) }, () => crypto.getRandomValues(Buffer.alloc(65_536))),
    )
    made.push(await signedPlugin(key, { manifest: { version: `1.0.${index}` }, files: { 'assets/data.bin': filler } }))
  }
  return made
}

type Release = Awaited<ReturnType<typeof signedPlugin>>

async function publish(registry: RegistryProcess, { key, token }: Publisher, { bundle, manifest, digests }: Release) {
  const uploaded = await registry.send('POST', '/api/v1/uploads', { token, bytes: bundle })
  if (uploaded.status !== 201) return uploaded
  const signature = await signRelease(signable(manifest, digests), key)
  const json = { uploadId: uploaded.body.uploadId, signature }
  return registry.send('POST', `/api/v1/plugins/${ID}/versions`, { token, json })
}

/** Every version is whole or not there, and no file belongs to none. */
async function expectOneOfTwoSides(registry: RegistryProcess, dataDir: string, releases: readonly Release[]) {
  const there: string[] = []
  for (const { manifest, digests, bundle } of releases) {
    const { status, body } = await registry.send('GET', `/api/v1/plugins/${ID}/versions/${manifest.version}`)
    if (status === 404) continue
    expect(body).toMatchObject({ bundleDigest: digests.bundle })
    const response = await fetch(`${registry.url}/api/v1/blobs/${digests.bundle}`)
    const bytes = new Uint8Array(await response.arrayBuffer())
    expect(response.status, Buffer.from(bytes.subarray(0, 500)).toString()).toBe(200)
    expect(digestBundle(bytes)).toBe(digestBundle(bundle))
    there.push(digests.bundle.slice('sha512:'.length))
  }
  const files = await readdir(dataDir, { recursive: true })
  const kept = files.filter((file) => file.endsWith('.tgz')).map((file) => basename(file, '.tgz'))
  expect(new Set(kept)).toEqual(new Set(there))
  expect(kept).toHaveLength(there.length)
  expect(files.filter((file) => /\.(?:partial|claimed)$/.test(file))).toEqual([])
  return there.length
}

describe('a registry in trouble [R4][R5]', () => {
  it('is on one of two sides after kill -9 at any moment of publishing, without litter', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'nexus-kill-'))
    try {
      let registry = await startRegistry(dataDir)
      const publisher = await registry.createPublisher()
      const releases = await releasesOf(publisher.key, 12, 300_000)
      for (let round = 0; round < 6; round += 1) {
        const running = registry
        const publishing = Promise.allSettled(
          releases.slice(round * 2, round * 2 + 2).map((release) => publish(running, publisher, release)),
        )
        await sleep(10 + round * 40)
        await registry.kill()
        await publishing
        registry = await startRegistry(dataDir)
        await expectOneOfTwoSides(registry, dataDir, releases)
      }
      // Whatever was cut off can be published now.
      for (const release of releases) expect([201, 409]).toContain((await publish(registry, publisher, release)).status)
      expect(await expectOneOfTwoSides(registry, dataDir, releases)).toBe(releases.length)
      await registry.kill()
    } finally {
      await rm(dataDir, { recursive: true, force: true })
    }
  }, 240_000)

  it.skipIf(!canMount)(
    'is on one of two sides when its disk is full at any moment of publishing',
    async () => {
      using disk = mountSmall(6 * MIB)
      if (disk === undefined) throw new Error('Expected to mount a file system.')
      let registry = await startRegistry(disk.folder)
      const publisher = await registry.createPublisher()
      const releases = await releasesOf(publisher.key, 12, 640_000)
      const statuses: number[] = []
      for (const release of releases) statuses.push((await publish(registry, publisher, release)).status)
      expect(statuses[0]).toBe(201)
      expect(statuses.some((status) => status >= 500)).toBe(true)
      // It goes on answering, and what it answers for is whole.
      expect((await registry.send('GET', '/api/v1/health')).status).toBe(200)
      const before = await expectOneOfTwoSides(registry, disk.folder, releases)
      await registry.kill()
      registry = await startRegistry(disk.folder)
      expect(await expectOneOfTwoSides(registry, disk.folder, releases)).toBe(before)
      await registry.kill()
    },
    240_000,
  )

  it.skipIf(!canMount)(
    'lets a host install or not install when its disk is full, and nothing between',
    async () => {
      await using registry = await openTestRegistry()
      const [release] = await releasesOf(registry.key, 1, 1_500_000)
      if (release === undefined) throw new Error('Expected a release.')
      expect((await registry.publish(release)).status).toBe(201)
      const outcomes = new Set<boolean>()
      for (let kib = 512; kib <= 5120; kib += 512) {
        using disk = mountSmall(kib * 1024)
        if (disk === undefined) throw new Error('Expected to mount a file system.')
        const host = await openTestHost(registry.url(), disk.folder)
        await host.trust.pinRegistry((await host.registry.trustRoot()).registry)
        await host.store.pin(await host.store.plan(ID, '*'))
        const installed = await host.store.fetch(ID, '1.0.0').then(
          () => true,
          () => false,
        )
        await host.store.recover()
        expect((await readdir(host.plugins)).length).toBe(installed ? 1 : 0)
        const opened = await host.store.open(release.digests.bundle).then(
          () => true,
          () => false,
        )
        expect(opened).toBe(installed)
        outcomes.add(installed)
        await host.registry[Symbol.asyncDispose]()
      }
      expect(outcomes).toEqual(new Set([false, true]))
    },
    240_000,
  )

  it('answers pings while bundles are uploaded that a careless reader would choke on', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'nexus-load-'))
    try {
      await using registry = await startRegistry(dataDir)
      const publisher = await registry.createPublisher()
      const bundles = hostileBundles()
      const codes = new Set<string>()
      let next = 0
      const send = async () => {
        const bundle = bundles[next++ % bundles.length] ?? Buffer.alloc(0)
        codes.add((await publishBundle(registry, publisher, { id: ID, version: `1.0.${next}`, bundle })).code)
      }
      const report = await measurePings(registry, { title: 'hostile', ms: 6000, callers: 4, send })
      // The reader works in threads; what is left is the machine's other load. The figure is in the bench.
      expect(report.p50).toBeLessThan(250)
      // Four at once, each of which a careless reader would unpack to gigabytes.
      expect(report.grownBytes).toBeLessThan(512 * MIB)
      expect(
        [...codes].every((code) => /^(?:BUNDLE_|TOO_MANY|WRITE_)/.test(code)),
        [...codes].join(),
      ).toBe(true)
    } finally {
      await rm(dataDir, { recursive: true, force: true })
    }
  }, 120_000)
})
