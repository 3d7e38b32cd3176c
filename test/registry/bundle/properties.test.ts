import { gzipSync } from 'node:zlib'
import { NexusError } from '@nexus/plugin-api'
import { canonicalJson, readBundle } from '@nexus/registry/bundle'
import {
  assert,
  constantFrom,
  dictionary,
  integer,
  jsonValue,
  property,
  string,
  tuple,
  uint8Array,
  array,
} from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bundleErrors } from '../../../registry/src/bundle/errors.ts'
import { readContents } from '../../../registry/src/bundle/read-contents.ts'
import { runJob } from '../../../registry/src/bundle/run-job.ts'
import { readSafePath } from '../../../registry/src/bundle/safe-path.ts'
import { parseStrictJson } from '../../../registry/src/bundle/strict-json.ts'
import { rawBundle, validEntries } from '../fixtures.ts'

const valid = Buffer.concat([validEntries(), Buffer.alloc(1024)])

/** The code of a refusal; anything but a refusal by a rule of the reader fails the property. */
function refusalOf(work: () => unknown): string | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof NexusError && Object.hasOwn(bundleErrors, error.code)) return error.code
    throw error
  }
}

describe('strict reader, whatever it is given [R4]', () => {
  it('accepts or refuses with a code any archive with changed bytes, and never lets a path out', () => {
    const edits = array(tuple(integer({ min: 0, max: valid.length - 1 }), integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 6,
    })
    assert(
      property(edits, (changes) => {
        const archive = Buffer.from(valid)
        for (const [at, byte] of changes) archive[at] = byte
        refusalOf(() => {
          for (const path of readContents(gzipSync(archive, { level: 1 })).files.keys()) {
            expect(path).not.toMatch(/^\/|\\|(^|\/)\.\.?(\/|$)/)
          }
        })
      }),
      { numRuns: 400 },
    )
  })

  it('refuses any bytes that are no bundle', () => {
    assert(
      property(uint8Array({ maxLength: 2000 }), (bytes) => {
        expect(refusalOf(() => readContents(Buffer.from(bytes)))).toBeDefined()
        expect(refusalOf(() => readContents(gzipSync(bytes)))).toBeDefined()
      }),
    )
  })

  it('gives only relative paths without dot segments', () => {
    const segment = constantFrom('a', '..', '.', '', 'b.js', 'CON', '\\', '~', 'é', '\u0000', 'package')
    assert(
      property(array(segment, { maxLength: 6 }), (segments) => {
        refusalOf(() =>
          expect(readSafePath(`package/${segments.join('/')}`)).not.toMatch(/^\/|(^|\/)\.\.?(\/|$)|\\|\0/),
        )
      }),
    )
  })

  it('parses JSON as JSON.parse does, or refuses it', () => {
    assert(
      property(dictionary(string({ maxLength: 8 }), jsonValue({ maxDepth: 4 })), (value) => {
        const text = JSON.stringify(value)
        const code = refusalOf(() => expect(parseStrictJson(Buffer.from(text), 'x')).toEqual(JSON.parse(text)))
        if (code !== undefined) expect(text).toContain('__proto__')
      }),
    )
  })

  it('writes canonical JSON that does not depend on the order of keys', () => {
    assert(
      property(dictionary(string({ maxLength: 8 }), jsonValue({ maxDepth: 3 })), (value) => {
        const turned = Object.fromEntries(Object.entries(value).toReversed())
        expect(canonicalJson(turned)).toBe(canonicalJson(value))
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it('ends a thread that is late, and reads the next bundle in another', async () => {
    const bytes = rawBundle(validEntries())
    await expect(runJob({ kind: 'read', source: bytes, scan: false }, 0)).rejects.toMatchObject({
      code: 'BUNDLE_TIMEOUT',
    })
    expect((await readBundle(bytes)).manifest.id).toBe('acme/weather')
  })
})
