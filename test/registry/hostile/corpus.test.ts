import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BundleErrorCode, digestBundle, readBundle, readPlainPackage } from '@nexus/registry/bundle'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { watch } from './watch.ts'

const folder = join(import.meta.dirname, '../../fixtures/hostile-tarballs')
const MIB = 1024 * 1024

const index = z
  .object({
    cases: z.array(
      z.object({
        id: z.string(),
        file: z.string(),
        category: z.string(),
        expect: z.enum(['accept', 'reject']),
        codes: z.array(z.string()),
        sha512: z.string(),
        canary: z.string().optional(),
      }),
    ),
  })
  .parse(JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')))

/** Our name of the rule that a code of the corpus names. */
const RULES: Readonly<Record<string, readonly BundleErrorCode[]>> = {
  E_TAR_PATH: ['BUNDLE_PATH'],
  E_TAR_LAYOUT: ['BUNDLE_LAYOUT'],
  E_TAR_DUPLICATE: ['BUNDLE_DUPLICATE'],
  E_TAR_ENTRY_TYPE: ['BUNDLE_ENTRY_TYPE'],
  E_TAR_MODE: ['BUNDLE_MODE'],
  E_TAR_HEADER: ['BUNDLE_HEADER'],
  E_TAR_TRUNCATED: ['BUNDLE_TRUNCATED'],
  E_TAR_TRAILING: ['BUNDLE_TRAILING_DATA'],
  E_TAR_TOO_LARGE: ['BUNDLE_UNPACKED_TOO_LARGE', 'BUNDLE_FILE_TOO_LARGE'],
  E_GZIP: ['BUNDLE_GZIP'],
  E_MANIFEST_TOO_LARGE: ['BUNDLE_FILE_TOO_LARGE'],
  E_README_TOO_LARGE: ['BUNDLE_FILE_TOO_LARGE'],
  E_MANIFEST_INVALID: ['BUNDLE_MANIFEST', 'BUNDLE_JSON'],
}

/** Classes that are about the archive; the manifests inside follow an early draft, so the others are made anew. */
const ARCHIVE = new Set(['path', 'link', 'mode', 'collision', 'container', 'bomb', 'control', 'xss'])

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => String(Object(error).code),
  )

describe('the sample corpus of hostile tarballs [R4]', () => {
  it.each(index.cases)(
    '$expect: $id',
    async ({ category, codes, canary, expect: verdict, file, sha512 }) => {
      const path = join(folder, file)
      const bytes = await readFile(path)
      expect(`sha512-${Buffer.from(digestBundle(bytes).slice('sha512:'.length), 'hex').toString('base64')}`).toBe(
        sha512,
      )
      const rules = codes.flatMap((code) => RULES[code] ?? [])
      const { grownBytes } = await watch(async () => {
        const [asPackage, asPlugin] = [await codeOf(readPlainPackage(path)), await codeOf(readBundle(bytes))]
        if (verdict === 'accept') expect([asPackage, asPlugin]).toEqual([undefined, 'BUNDLE_MANIFEST'])
        else if (ARCHIVE.has(category)) expect(rules).toContain(asPlugin)
        // A draft's manifest breaks a rule of ours besides the one it is here for.
        else expect([...rules, 'BUNDLE_MANIFEST', 'BUNDLE_INSTALL_SCRIPT']).toContain(asPlugin)
        if (verdict === 'reject' && ARCHIVE.has(category) && category !== 'bomb') expect(rules).toContain(asPackage)
      })
      expect(grownBytes).toBeLessThan(200 * MIB)
      if (canary !== undefined) expect(existsSync(canary)).toBe(false)
    },
    10_000,
  )
})
