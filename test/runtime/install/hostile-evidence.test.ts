import { NexusError } from '@nexus/plugin-api'
import type { ReleaseDetail } from '@nexus/registry/contract'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requirePinned } from '../../../runtime/src/install/trusted-keys.ts'
import { verifyChain } from '../../../runtime/src/install/verify-chain.ts'
import { signedPlugin } from '../../registry/fixtures.ts'
import { openTrustingHost } from './install-fixtures.ts'

let world: Awaited<ReturnType<typeof openTrustingHost>>
let detail: ReleaseDetail
let bytes: Uint8Array
beforeAll(async () => {
  world = await openTrustingHost()
  await world.registry.publish(await signedPlugin(world.registry.key))
  await world.host.store.pin(await world.host.store.plan('acme/weather', '*'))
  detail = await world.host.registry.release('acme/weather', '1.0.0')
  bytes = await world.host.registry.download(detail.bundleDigest)
}, 60_000)
afterAll(async () => {
  await world.host[Symbol.asyncDispose]()
  await world.registry[Symbol.asyncDispose]()
})

const verify = (claim: unknown, given = bytes) =>
  verifyChain(world.host.context, Object(claim), given, requirePinned(world.host.trust, 'acme'))

/** What of the answer is evidence; the rest is the registry's talk, which nobody believes. */
const EVIDENCE = ['id', 'version', 'bundleDigest', 'signatures', 'distSignature', 'log'] as const

describe('evidence in the hands of an attacker [H8][R2]', () => {
  it('is refused by a code that names the layer, or changes nothing: whatever is put into its place', async () => {
    const paths = EVIDENCE.flatMap((member) => leaves(detail[member], [member]))
    const anything = fc.oneof(
      fc.string(),
      fc.base64String({ maxLength: 200 }),
      fc.constantFrom(null, {}, [], 0, -1, true, '', 'AAAA', '__proto__'),
    )
    const honest = await verify(detail)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), anything, async (path, value) => {
        const claim: unknown = structuredClone(detail)
        put(claim, path, value)
        const found = await verify(claim).catch((error: unknown) => error)
        if (found instanceof Error) {
          expect(found).toBeInstanceOf(NexusError)
          expect(found).toMatchObject({
            code: expect.stringMatching(/^[A-Z]+_[A-Z_]+$/),
            details: { layer: expect.stringMatching(/^(bytes|publisher|registry|log|tuf|provenance)$/) },
          })
        } else {
          // What is not evidence may say what it likes, and evidence that is gone is the policy's to judge.
          const { refusals, contents } = Object(found)
          expect(contents.digests).toEqual(honest.contents.digests)
          if (path.length === 1) expect(refusals.length).toBeGreaterThan(0)
        }
      }),
      { numRuns: 150 },
    )
  }, 240_000)

  it('does not speak for other bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (at) => {
        const changed = Uint8Array.from(bytes, (byte, index) => (index === at ? byte ^ 1 : byte))
        await expect(verify(detail, changed)).rejects.toMatchObject({
          code: 'INSTALL_DIGEST_MISMATCH',
          details: { layer: 'bytes', expected: detail.bundleDigest, found: expect.stringMatching(/^sha512:/) },
        })
      }),
      { numRuns: 30 },
    )
  }, 60_000)

  it('may be missing where the policy asks for none, but may not lie', async () => {
    const { host } = world
    const refusing = (code: string) => ({
      ...host.context,
      tuf: () => Promise.reject(new NexusError(code, 'Expected metadata.', { details: { layer: 'tuf' } })),
    })
    const ask = (code: string) => verifyChain(refusing(code), detail, bytes, requirePinned(host.trust, 'acme'))
    await expect(ask('TUF_INVALID')).rejects.toMatchObject({ code: 'TUF_INVALID' })
    await host.policy.set({ requireTuf: false })
    const { links, refusals } = await ask('TUF_INVALID')
    expect(refusals).toEqual([])
    expect(links.map(({ layer }) => layer)).not.toContain('tuf')
    await expect(ask('TUF_ROLLBACK')).rejects.toMatchObject({ code: 'TUF_ROLLBACK' })
    await host.policy.set({ requireTuf: true })
  })

  it('is refused when a layer breaks, and says which', async () => {
    const broken = (): never => {
      throw new TypeError('request past end of buffer')
    }
    for (const layer of ['log', 'tuf'] as const) {
      const context = { ...world.host.context, [layer]: broken }
      await expect(verifyChain(context, detail, bytes, requirePinned(world.host.trust, 'acme'))).rejects.toMatchObject({
        code: 'INSTALL_LAYER_FAILED',
        details: { layer, expected: expect.any(String), found: 'TypeError' },
      })
    }
  })
})

function leaves(value: unknown, path: readonly string[]): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, member]) => leaves(member, [...path, key]))]
}

function put(target: unknown, path: readonly string[], value: unknown): void {
  const holder = path.slice(0, -1).reduce((at: unknown, key) => Object(at)[key], target)
  Object(holder)[path.at(-1) ?? ''] = value
}
