import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { digestBundle } from '@nexus/registry/bundle'
import { signAdmission } from '@nexus/registry/signing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { trustPolicy } from '../../../runtime/src/contract/schemas/trust.ts'
import { openTestHost } from '../../runtime/install/open-test-host.ts'
import { type Lies, openLyingRegistry } from '../../runtime/install/lying-registry.ts'
import { openTestRegistry } from '../http/open-test-registry.ts'
import { signedPlugin } from '../fixtures.ts'
import { hostileCases } from './generate.ts'
import { type Registry, registryKeyOf, signBytes } from './world.ts'
import { watch } from './watch.ts'

const ID = 'acme/weather'
const VERSION = '1.0.0'
const MIB = 1024 * 1024
const refused = hostileCases.filter(({ codes }) => codes.length > 0)

let registry: Registry
let lies: Lies
let proxy: Awaited<ReturnType<typeof openLyingRegistry>>
let host: Awaited<ReturnType<typeof openTestHost>>

beforeAll(async () => {
  registry = await openTestRegistry()
  await registry.publish(await signedPlugin(registry.key))
  lies = {}
  proxy = await openLyingRegistry(registry.url(), lies)
  // A host that asks for no log and no TUF metadata, which would refuse before a byte is read: the reader is what is tried.
  const relaxed = trustPolicy.parse({ version: 1, requireDistSignature: false, requireLog: false, requireTuf: false })
  host = await openTestHost(proxy.url, undefined, { policy: () => relaxed, log: undefined, tuf: undefined })
  await host.trust.pinRegistry((await host.registry.trustRoot()).registry)
  await host.store.pin(await host.store.plan(ID, '*'))
})
afterAll(async () => {
  await host[Symbol.asyncDispose]()
  await proxy[Symbol.asyncDispose]()
  await registry[Symbol.asyncDispose]()
})

/** A registry that checked nothing: publisher and registry both vouch for exactly these bytes. */
async function vouchFor(bytes: Buffer): Promise<void> {
  const publish = await signBytes(registry, bytes, VERSION)
  const subject = { id: ID, version: VERSION, bundleDigest: digestBundle(bytes) }
  const admission = await signAdmission(subject, publish, await registryKeyOf(registry), new Date())
  lies.release = (release) => ({
    ...release,
    // What JSON leaves out: the true registry's word about the true bytes.
    distSignature: undefined,
    log: undefined,
    bundleDigest: subject.bundleDigest,
    size: bytes.length,
    signatures: { publish, admission },
  })
  lies.blob = () => bytes
}

describe('installing hostile bundles that everybody vouches for [R4][H8]', () => {
  it.each(refused)(
    'refuses $class: $title',
    async ({ codes, make }) => {
      const bytes = make(VERSION)
      await vouchFor(bytes)
      const { grownBytes } = await watch(async () => {
        const error: unknown = await host.store.fetch(ID, VERSION).then(
          () => undefined,
          (thrown: unknown) => thrown,
        )
        expect([...codes, 'REGISTRY_ANSWER_INVALID']).toContain(Object(error).code)
      })
      expect(grownBytes).toBeLessThan(200 * MIB)
      expect(await readdir(host.plugins)).toEqual([])
      expect(existsSync('/tmp/nexus-canary-evil')).toBe(false)
    },
    30_000,
  )

  it('installs the right one afterwards', async () => {
    delete lies.release
    delete lies.blob
    expect((await host.store.fetch(ID, VERSION)).version).toBe(VERSION)
  })
})
