import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { digestBundle, digestFile, packBundle } from '@nexus/registry/bundle'
import { signRelease } from '@nexus/registry/signing'
import type { RegistryProcess } from './registry-process.ts'

const MIB = 1024 * 1024
const PING_EVERY_MS = 10

/** How a registry answered pings while something else went on. Times in milliseconds. */
export interface PingReport {
  readonly title: string
  readonly pings: number
  readonly p50: number
  readonly p99: number
  readonly worst: number
  /** Bundles that were refused or admitted meanwhile. */
  readonly bundles: number
  /** Most resident memory beyond that of the idle registry, in bytes. */
  readonly grownBytes: number
}

/** Bundles that cost a careless reader most, for one publisher. None of them is a plugin. */
export function hostileBundles(): readonly Buffer[] {
  return [
    gzipSync(Buffer.alloc(200 * MIB), { level: 9 }),
    gzipSync(Buffer.alloc(8 * MIB), { level: 9 }),
    gzipSync(randomBytes(18 * MIB), { level: 1 }),
    gzipSync(Buffer.alloc(60 * MIB, 'package/'), { level: 9 }),
  ]
}

/** A plugin of about the largest size that is allowed, most of it incompressible. */
export async function largeBundle(version: string): Promise<Uint8Array> {
  const manifest = {
    manifestVersion: 1,
    id: 'acme/large',
    version,
    kind: 'connector',
    displayName: 'Large',
    description: 'Is large.',
    license: 'MIT',
    engines: { nexus: '^0.1.0' },
    contributes: {},
  }
  const parts = Array.from({ length: 3 }, (_, index): [string, Uint8Array] => [
    `assets/${index}.bin`,
    randomBytes(6 * MIB),
  ])
  return packBundle(
    new Map<string, Uint8Array | string>([
      ['nexus.plugin.json', JSON.stringify(manifest)],
      ['package.json', JSON.stringify({ name: '@acme/large', version })],
      ['dist/index.js', 'export default { activate() {} }\n'],
      ...parts,
    ]),
  )
}

/** Sends bundles from several callers at once and pings the registry meanwhile. */
export async function measurePings(
  registry: RegistryProcess,
  load: {
    readonly title: string
    readonly ms: number
    readonly callers: number
    readonly send: () => Promise<unknown>
  },
): Promise<PingReport> {
  const before = await registry.memory()
  const until = performance.now() + load.ms
  const times: number[] = []
  let bundles = 0
  let most = before
  const caller = async () => {
    while (performance.now() < until) {
      await load.send()
      bundles += 1
      await sleep(1)
    }
  }
  const callers = Array.from({ length: load.callers }, caller)
  while (performance.now() < until) {
    const began = performance.now()
    await registry.send('GET', '/api/v1/health')
    times.push(performance.now() - began)
    most = Math.max(most, await registry.memory())
    await sleep(PING_EVERY_MS)
  }
  await Promise.all(callers)
  const sorted = times.toSorted((left, right) => left - right)
  const at = (share: number) => sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0
  return {
    title: load.title,
    pings: times.length,
    p50: at(0.5),
    p99: at(0.99),
    worst: at(1),
    bundles,
    grownBytes: most - before,
  }
}

/** Digests by bundle: computing one for each upload would hold this process, which also pings. */
const digests = new WeakMap<Uint8Array, ReturnType<typeof digestBundle>>()

function digestOnce(bundle: Uint8Array) {
  const digest = digests.get(bundle) ?? digestBundle(bundle)
  digests.set(bundle, digest)
  return digest
}

/** Uploads a bundle and tries to publish it with a signature that is right for its bytes. Gives the status. */
export async function publishBundle(
  registry: RegistryProcess,
  publisher: Awaited<ReturnType<RegistryProcess['createPublisher']>>,
  release: { readonly id: string; readonly version: string; readonly bundle: Uint8Array; readonly manifest?: string },
): Promise<{ readonly status: number; readonly code: string }> {
  const { token, key } = publisher
  const uploaded = await registry.send('POST', '/api/v1/uploads', { token, bytes: release.bundle })
  if (uploaded.status !== 201) return { status: uploaded.status, code: String(uploaded.body.code) }
  const claim = { id: release.id, version: release.version, bundleDigest: digestOnce(release.bundle) }
  const manifestDigest = digestFile(release.manifest ?? randomUUID())
  const signature = await signRelease({ ...claim, manifestDigest, toolsDigest: digestFile('[]') }, key)
  const path = `/api/v1/plugins/${release.id}/versions`
  const json = { uploadId: uploaded.body.uploadId, signature }
  const { status, body } = await registry.send('POST', path, { token, json })
  return { status, code: String(body.code) }
}
