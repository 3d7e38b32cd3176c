import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  createRegistryClient,
  openPolicy,
  openReleaseNotices,
  openReleaseStore,
  openTrust,
  openWitnesses,
} from '../../../../runtime/src/install/index.ts'
import { importMirror, serveMirror } from '../../../../runtime/src/install/mirror/index.ts'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { rawEntry } from '../../../registry/fixtures.ts'
import { runNexus } from '../../cli/run-nexus.ts'
import { openLogHost } from '../log/open-log-host.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-mirror-'))
})
afterAll(() => rm(folder, { recursive: true }))

const DAY_MS = 24 * 60 * 60 * 1000

async function mirror(env: Record<string, string>, ...args: readonly string[]) {
  const { code, stdout, stderr } = await runNexus(['--json', 'mirror', ...args], { env })
  return { code, answer: JSON.parse(code === 0 ? stdout : stderr) }
}

/** A mirror file of a registry with two plugins, one of them in two versions. The registry is gone afterwards. */
async function exportOne(...args: readonly string[]): Promise<string> {
  await using test = await openLogHost()
  await test.publish('1.0.0')
  await test.publish('1.0.1')
  await test.publish('2.0.0', 'acme/tides')
  const file = join(await mkdtemp(join(folder, 'export-')), 'mirror.tar')
  const wanted = args.length === 0 ? ['--all'] : args
  const { code, answer } = await mirror({ NEXUS_REGISTRY_URL: test.registry.url() }, 'export', '--out', file, ...wanted)
  if (code !== 0) throw new Error(JSON.stringify(answer))
  return file
}

/** A host whose registry is the mirror in its data folder. */
async function openMirrorHost(dataDir: string) {
  await using stack = new AsyncDisposableStack()
  const served = stack.use(await serveMirror(join(dataDir, 'mirror')))
  const registry = stack.use(createRegistryClient(served.url))
  const trust = await openTrust({ dataDir, registryUrl: served.url })
  await trust.pinRegistry((await registry.trustRoot()).registry)
  const policy = await openPolicy(dataDir)
  const notices = await openReleaseNotices(dataDir)
  const witnesses = stack.use(await openWitnesses({ dataDir, url: served.url, isMirror: true }))
  const context = { trust, notices, policy: () => policy.policy, log: witnesses.log, tuf: witnesses.tuf }
  const releases = await openReleaseStore({ dataDir, registry, context })
  const closing = stack.move()
  const follow = (feed: Parameters<typeof witnesses.follow>[0]) => closing.use(witnesses.follow(feed))
  return { registry, releases, witnesses, follow, [Symbol.asyncDispose]: () => closing.disposeAsync() }
}

const newHost = () => mkdtemp(join(folder, 'host-'))

describe('a mirror [R7]', () => {
  it('lets a host that reaches no registry verify the whole chain and install', async () => {
    const file = await exportOne()
    const dataDir = await newHost()
    const { answer } = await mirror({ NEXUS_DATA: dataDir }, 'import', file)
    expect(answer.releases).toEqual(
      expect.arrayContaining([
        { id: 'acme/weather', version: '1.0.1' },
        { id: 'acme/tides', version: '2.0.0' },
      ]),
    )
    expect(fileURLToPath(answer.registryUrl)).toBe(join(dataDir, 'mirror'))
    await using host = await openMirrorHost(dataDir)
    expect((await host.registry.search({ q: 'weather' })).items.map(({ id }) => id)).toContain('acme/weather')
    expect(await host.registry.plugin('acme/weather')).toMatchObject({ latestVersion: '1.0.1', versions: [{}] })
    const plan = await host.releases.plan('acme/weather', '^1.0.0')
    expect(plan.version).toBe('1.0.1')
    const layers = plan.chain.filter(({ state }) => state === 'verified').map(({ layer }) => layer)
    expect(layers).toEqual(expect.arrayContaining(['bytes', 'publisher', 'registry', 'log', 'tuf']))
    await host.releases.pin(plan)
    const release = await host.releases.fetch(plan.id, plan.version)
    expect(await host.releases.open(release.bundleDigest)).toMatchObject({ version: '1.0.1' })
    await expect(host.registry.release('acme/weather', '1.0.0')).rejects.toMatchObject({
      code: 'INSTALL_RELEASE_NOT_FOUND',
    })
  })

  it('carries named versions, and may be some weeks old but not years', async () => {
    const file = await exportOne('acme/weather@1.0.0')
    const soon = new Date(Date.now() + 30 * DAY_MS)
    const imported = await importMirror(file, await newHost(), soon)
    expect(imported.releases).toEqual([{ id: 'acme/weather', version: '1.0.0' }])
    const late = new Date(Date.now() + 200 * DAY_MS)
    await expect(importMirror(file, await newHost(), late)).rejects.toMatchObject({ code: 'TUF_EXPIRED' })
  })

  it('brings what was withdrawn to a host that follows the log', async () => {
    await using test = await openLogHost()
    await test.publish('1.0.0')
    const env = { NEXUS_REGISTRY_URL: test.registry.url() }
    const first = join(await newHost(), 'first.tar')
    await mirror(env, 'export', '--all', '--out', first)
    const path = '/api/v1/plugins/acme/weather/versions/1.0.0/revocation'
    await test.publish('1.0.1')
    await test.registry.send('PUT', path, { token: test.registry.token, json: { reason: 'stolen' } })
    const second = join(await newHost(), 'second.tar')
    await mirror(env, 'export', '--all', '--out', second)
    const dataDir = await newHost()
    await importMirror(first, dataDir)
    const told: string[] = []
    const onEntry = async ({ entry }: { readonly entry: { readonly kind: string } }) => void told.push(entry.kind)
    {
      await using host = await openMirrorHost(dataDir)
      host.follow({ onEntry })
      await vi.waitFor(() => expect(host.witnesses.memory.fed).toBeGreaterThan(0), { timeout: 10_000 })
    }
    await importMirror(second, dataDir)
    {
      await using host = await openMirrorHost(dataDir)
      host.follow({ onEntry })
      await vi.waitFor(() => expect(told).toContain('release.revoked'), { timeout: 10_000 })
    }
    // The older mirror again would make the host forget: its log is smaller than what was seen.
    await expect(importMirror(first, dataDir)).rejects.toMatchObject({ code: 'LOG_AUDIT_FAILED' })
  })

  it('is refused whole when anything in it was changed, and what was there stays', async () => {
    const file = await exportOne()
    const archive = await readFile(file)
    const dataDir = await newHost()
    await importMirror(file, dataDir)
    const before = await readFile(join(dataDir, 'mirror', 'mirror.json'), 'utf8')
    const refuse = async (bytes: Buffer, code: string) => {
      const bad = join(folder, 'bad.tar')
      await writeFile(bad, bytes)
      await expect(importMirror(bad, dataDir)).rejects.toMatchObject({ code })
      expect(await readFile(join(dataDir, 'mirror', 'mirror.json'), 'utf8')).toBe(before)
    }
    const end = archive.length - 1024
    const swap = (from: string, to: string) => {
      const at = archive.indexOf(from)
      const copy = Buffer.from(archive)
      copy.write(to, at, 'latin1')
      expect(at).toBeGreaterThan(0)
      return copy
    }
    const gzip = archive.indexOf(Buffer.of(0x1f, 0x8b, 8))
    const changed = Buffer.from(archive)
    changed[gzip + 40] = (changed[gzip + 40] ?? 0) ^ 1
    await refuse(changed, 'MIRROR_CONTENT')
    await refuse(swap('"integratedTime":1', '"integratedTime":2'), 'LOG_PROOF_INVALID')
    await refuse(archive.subarray(0, end), 'MIRROR_ARCHIVE')
    await refuse(Buffer.concat([archive, Buffer.alloc(512)]), 'MIRROR_ARCHIVE')
    const extra = (path: string, type = '0', link = '') =>
      Buffer.concat([
        archive.subarray(0, end),
        rawEntry({ path, type, link, data: type === '0' ? 'x' : '' }),
        Buffer.alloc(1024),
      ])
    await refuse(extra('../outside.json'), 'MIRROR_ARCHIVE')
    await refuse(extra('/etc/passwd'), 'MIRROR_ARCHIVE')
    await refuse(extra('plugins/../../x.json'), 'MIRROR_ARCHIVE')
    await refuse(extra('mirror.json'), 'MIRROR_ARCHIVE')
    await refuse(extra('blobs/link.tgz', '2', '/etc/passwd'), 'MIRROR_ARCHIVE')
    await refuse(swap('ustar', 'other'), 'MIRROR_ARCHIVE')
    await refuse(Buffer.from('not an archive'), 'MIRROR_ARCHIVE')
  })

  it('is refused when it is of another registry than the host knows', async () => {
    const dataDir = await newHost()
    await importMirror(await exportOne(), dataDir)
    {
      await using host = await openMirrorHost(dataDir)
      await host.releases.plan('acme/weather', '*')
    }
    await expect(importMirror(await exportOne(), dataDir)).rejects.toMatchObject({ code: 'MIRROR_CONTENT' })
  })

  it('says what is missing from a command line, and never writes over a file', async () => {
    const file = await exportOne()
    expect((await mirror({}, 'export', '--out', file)).code).toBe(2)
    expect((await mirror({ NEXUS_DATA: await newHost() }, 'import', join(folder, 'nothing.tar'))).code).toBe(1)
  })
})
