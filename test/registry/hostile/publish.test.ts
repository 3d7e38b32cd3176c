import { readBundle } from '@nexus/registry/bundle'
import { signRelease } from '@nexus/registry/signing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestRegistry } from '../http/open-test-registry.ts'
import { signable, signedPlugin } from '../fixtures.ts'
import { hostileCases, versionOf } from './generate.ts'
import { CLASSES } from './hostile-case.ts'
import { type Registry, expectNothingLeft, filesOf, signBytes } from './world.ts'
import { watch } from './watch.ts'

const MIB = 1024 * 1024
const indexed = hostileCases.map((hostile, index) => ({ ...hostile, version: versionOf(index) }))
const refused = indexed.filter(({ codes }) => codes.length > 0)
const accepted = indexed.filter(({ codes }) => codes.length === 0)

let registry: Registry
beforeAll(async () => {
  registry = await openTestRegistry()
})
afterAll(() => registry[Symbol.asyncDispose]())

/** The tags of rendered HTML; what was escaped is text. */
const tagsOf = (html: string) => [...html.matchAll(/<\/?([a-z][\w-]*)((?:\s+[\w-]+="[^"]*")*)\s*\/?>/gi)]

describe('publishing hostile bundles over HTTP [R4]', () => {
  it('covers as many cases of each class as the reference names', () => {
    const counts = Object.fromEntries(
      Object.keys(CLASSES).map((name) => [name, hostileCases.filter((one) => one.class === name).length]),
    )
    // Signatures are mutated beside the tarball: `signatures.test.ts`.
    expect({ ...counts, signature: CLASSES.signature }).toEqual(CLASSES)
  })

  it.each(refused)(
    'refuses $class: $title',
    async ({ codes, make, version }) => {
      const bundle = make(version)
      const before = await filesOf(registry.dataDir)
      const signature = await signBytes(registry, bundle, version)
      const { grownBytes } = await watch(async () => {
        const answer = await registry.publish({ bundle, signature, manifest: { id: 'acme/weather' } })
        expect(codes).toContain(Object(answer.body).code)
        expect([413, 422]).toContain(answer.status)
      })
      expect(grownBytes).toBeLessThan(200 * MIB)
      await expectNothingLeft(registry, before, version)
    },
    30_000,
  )

  it.each(accepted)('accepts $class: $title', async ({ make, title, version }) => {
    const bundle = make(version)
    const { manifest, digests } = await readBundle(bundle)
    const signature = await signRelease(signable(manifest, digests), registry.key)
    const answer = await registry.publish({ bundle, signature, manifest })
    expect(answer, title).toMatchObject({ status: 201 })
  })

  it('shows no script, handler, frame, form, style or foreign address of any README', async () => {
    const pages: string[] = []
    for (const { make, version } of accepted.filter((one) => one.class === 'xss')) {
      // The page of a plugin is its newest release's, so each is published as that of a registry of its own.
      await using own = await openTestRegistry()
      const bundle = make(version)
      const { manifest, digests } = await readBundle(bundle)
      const signature = await signRelease(signable(manifest, digests), own.key)
      expect((await own.publish({ bundle, signature, manifest })).status).toBe(201)
      const { body } = await own.send('GET', '/api/v1/plugins/acme/weather')
      pages.push(String(Object(body).readmeHtml), String(Object(body).changelogHtml))
    }
    const html = pages.join('')
    for (const [tag = '', name = '', attributes = ''] of tagsOf(html)) {
      expect(name).toMatch(/^(?:h[1-6]|p|br|hr|blockquote|pre|code|em|strong|s|a|ul|ol|li|table|thead|tbody|tr|th|td)$/)
      expect(attributes.replaceAll(/="[^"]*"/g, '')).toMatch(/^(?: (?:href|title|rel|start))*$/)
      if (name === 'a' && attributes !== '') expect(tag).toMatch(/rel="nofollow noopener noreferrer ugc"/)
      expect(tag).not.toMatch(/href="(?!https?:|mailto:)/i)
    }
    expect(html).toContain('&lt;script&gt;')
  })

  it('stays alive for a good release after all that', async () => {
    const answer = await registry.publish(await signedPlugin(registry.key, { manifest: { version: '2.0.0' } }))
    expect(answer.status).toBe(201)
  })
})
