import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { readBundle } from '@nexus/registry/bundle'
import { describe, expect, it } from 'vitest'
import { runJob } from '../../../registry/src/bundle/run-job.ts'
import { paxEntry, rawBundle, rawEntry, validEntries } from '../fixtures.ts'

const valid = validEntries()
const withEntry = (...entries: Buffer[]) => rawBundle(valid, ...entries)
const evil = (path: string | Buffer) => withEntry(rawEntry({ path, data: 'x' }))
const end = Buffer.alloc(1024)

const paths: readonly [string, Buffer][] = [
  ['a parent segment', evil('package/../evil.js')],
  ['a parent segment that stays inside', evil('package/a/../b.js')],
  ['a dot segment', evil('package/./b.js')],
  ['an absolute path', evil('/tmp/evil.js')],
  [
    'an absolute path in an extended header',
    withEntry(paxEntry({ path: '/etc/passwd' }), rawEntry({ path: 'package/x' })),
  ],
  ['an empty segment', evil('package//b.js')],
  ['a backslash', evil('package\\b.js')],
  ['a drive letter', evil('C:/b.js')],
  ['an alternate data stream', evil('package/b.js:evil')],
  ['a Windows device', evil('package/aux.js')],
  ['a trailing dot', evil('package/b.')],
  ['a trailing space', evil('package/b.js ')],
  ['a terminal escape', evil('package/\u001b[2J.js')],
  ['a newline', evil('package/a\nb.js')],
  ['a direction override', evil('package/a\u202Esj.js')],
  ['bytes that are not UTF-8', evil(Buffer.from('package/\xff\xfe.js', 'latin1'))],
  ['a name that goes on after a zero byte', evil('package/package.json\0.txt')],
  ['a zero byte in an extended header', withEntry(paxEntry({ path: 'package/a\0b' }), rawEntry({ path: 'package/x' }))],
  ['a name that is not in form NFC', evil('package/e\u0301.js')],
  ['an empty name', evil('')],
  [
    'a segment longer than any file system takes',
    withEntry(paxEntry({ path: `package/${'a'.repeat(256)}` }), rawEntry({ path: 'package/x' })),
  ],
  [
    'a path longer than the limit',
    withEntry(paxEntry({ path: `package/${'abcdefgh/'.repeat(60)}x` }), rawEntry({ path: 'package/x' })),
  ],
  ['a file with a trailing slash', evil('package/file/')],
]

const kinds: readonly [string, string, Buffer][] = [
  ...['1', '2', '3', '4', '6', '7', 'D', 'M', 'S', 'K', 'V', 'A', 'X'].map((type): [string, string, Buffer] => [
    `an entry of type ${type}`,
    'BUNDLE_ENTRY_TYPE',
    withEntry(rawEntry({ path: 'package/link', type, link: '/etc/passwd' })),
  ]),
  ['a setuid file', 'BUNDLE_MODE', withEntry(rawEntry({ path: 'package/b', mode: '0004755\0' }))],
  ['a sticky folder', 'BUNDLE_MODE', withEntry(rawEntry({ path: 'package/b/', type: '5', mode: '0001777\0' }))],
  ['the same path twice', 'BUNDLE_DUPLICATE', evil('package/package.json')],
  ['two paths that differ in case', 'BUNDLE_DUPLICATE', evil('package/PACKAGE.json')],
  ['two folders that differ in case', 'BUNDLE_DUPLICATE', evil('package/DIST/other.js')],
  [
    'a ligature beside its letters',
    'BUNDLE_DUPLICATE',
    withEntry(rawEntry({ path: 'package/\uFB01' }), rawEntry({ path: 'package/fi' })),
  ],
  [
    'sharp s beside ss',
    'BUNDLE_DUPLICATE',
    withEntry(rawEntry({ path: 'package/straße' }), rawEntry({ path: 'package/strasse' })),
  ],
  ['a file that is also a folder', 'BUNDLE_DUPLICATE', evil('package/dist/index.js/x')],
  ['a folder that is also a file', 'BUNDLE_DUPLICATE', evil('package/dist')],
  ['an entry beside package/', 'BUNDLE_LAYOUT', evil('other/package.json')],
  ['a file named package', 'BUNDLE_LAYOUT', rawBundle(rawEntry({ path: 'package', data: 'x' }))],
  ['a wrong checksum', 'BUNDLE_HEADER', withEntry(rawEntry({ path: 'package/b', badChecksum: true }))],
  ['a header without magic', 'BUNDLE_HEADER', withEntry(rawEntry({ path: 'package/b', magic: '\0\0\0\0\0\0\0\0' }))],
  [
    'a size in base 256',
    'BUNDLE_HEADER',
    withEntry(rawEntry({ path: 'package/b', size: '\x80\0\0\0\0\0\0\0\0\0\0\x01' })),
  ],
  ['a negative size', 'BUNDLE_HEADER', withEntry(rawEntry({ path: 'package/b', size: '-0000000001\0' }))],
  [
    'a size in an extended header',
    'BUNDLE_HEADER',
    withEntry(paxEntry({ size: '9' }), rawEntry({ path: 'package/b' })),
  ],
  [
    'a link in an extended header',
    'BUNDLE_HEADER',
    withEntry(paxEntry({ linkpath: '/etc' }), rawEntry({ path: 'package/b' })),
  ],
  ['a sparse map', 'BUNDLE_HEADER', withEntry(paxEntry({ 'GNU.sparse.map': '0,1' }), rawEntry({ path: 'package/b' }))],
  [
    'two extended headers for one entry',
    'BUNDLE_HEADER',
    withEntry(paxEntry({ mtime: '1' }), paxEntry({ path: 'package/c' }), rawEntry({ path: 'package/b' })),
  ],
  ['an extended header at the end', 'BUNDLE_HEADER', withEntry(paxEntry({ path: 'package/c' }))],
  [
    'a malformed extended header',
    'BUNDLE_HEADER',
    withEntry(rawEntry({ path: 'p', type: 'x', data: '99 path=a\n' }), rawEntry({ path: 'package/b' })),
  ],
  ['a folder with data', 'BUNDLE_HEADER', withEntry(rawEntry({ path: 'package/b/', type: '5', data: 'x' }))],
  [
    'an entry that is cut',
    'BUNDLE_TRUNCATED',
    gzipSync(Buffer.concat([valid, rawEntry({ path: 'package/b', data: 'x' }).subarray(0, 600)])),
  ],
  ['an archive without an end', 'BUNDLE_TRUNCATED', gzipSync(valid)],
  ['an archive with one zero block', 'BUNDLE_TRUNCATED', gzipSync(Buffer.concat([valid, Buffer.alloc(512)]))],
  [
    'entries after a zero block',
    'BUNDLE_TRAILING_DATA',
    gzipSync(Buffer.concat([valid, Buffer.alloc(512), rawEntry({ path: 'package/b' }), end])),
  ],
  [
    'entries after the end',
    'BUNDLE_TRAILING_DATA',
    gzipSync(Buffer.concat([valid, end, rawEntry({ path: 'package/b' }), end])),
  ],
  [
    'more padding than any packer writes',
    'BUNDLE_TRAILING_DATA',
    gzipSync(Buffer.concat([valid, Buffer.alloc(128 * 1024)])),
  ],
  [
    '200 MiB of padding',
    'BUNDLE_UNPACKED_TOO_LARGE',
    gzipSync(Buffer.concat([valid, Buffer.alloc(200 * 1024 * 1024)]), { level: 1 }),
  ],
  [
    'too many entries',
    'BUNDLE_ENTRIES',
    withEntry(...Array.from({ length: 5001 }, (_, index) => rawEntry({ path: `package/f${index}` }))),
  ],
  [
    'a file over the limit',
    'BUNDLE_FILE_TOO_LARGE',
    withEntry(rawEntry({ path: 'package/big', data: Buffer.alloc(17 * 1024 * 1024) })),
  ],
]

const good = rawBundle(valid)
const flip = (offset: number) => {
  const copy = Buffer.from(good)
  const at = offset < 0 ? copy.length + offset : offset
  copy[at] = (copy[at] ?? 0) ^ 0xff
  return copy
}
const containers: readonly [string, Buffer][] = [
  ['a second gzip member', Buffer.concat([good, good])],
  ['a byte after the end', Buffer.concat([good, Buffer.from([0])])],
  ['a wrong length in the trailer', flip(-1)],
  ['a wrong checksum in the trailer', flip(-5)],
  ['a cut stream', good.subarray(0, good.length - 20)],
  ['an unknown compression method', flip(2)],
  ['reserved flags', flip(3)],
  ['zstd', zstdCompressSync(gunzipSync(good))],
  ['a plain tar', gunzipSync(good)],
  ['nothing', Buffer.alloc(0)],
]

describe('strict reader [R4]', () => {
  it.each(paths)('refuses %s', async (_, bundle) => {
    await expect(readBundle(bundle)).rejects.toMatchObject({ code: 'BUNDLE_PATH' })
  })

  it.each(kinds)('refuses %s with %s', async (_, code, bundle) => {
    await expect(readBundle(bundle)).rejects.toMatchObject({ code, status: 422 })
  })

  it.each(containers)('refuses %s as no gzip file', async (_, bundle) => {
    await expect(readBundle(bundle)).rejects.toMatchObject({ code: 'BUNDLE_GZIP' })
  })

  it('refuses an upload over the limit before looking at it', async () => {
    await expect(readBundle(new Uint8Array(20 * 1024 * 1024 + 1))).rejects.toMatchObject({
      code: 'BUNDLE_TOO_LARGE',
      status: 413,
    })
  })

  it('keeps the event loop free while it reads a bomb', async () => {
    let ticks = 0
    const timer = setInterval(() => (ticks += 1), 1)
    const bomb = kinds.find(([title]) => title.startsWith('200 MiB'))?.[2]
    await readBundle(bomb ?? Buffer.alloc(0)).catch(() => undefined)
    clearInterval(timer)
    expect(ticks).toBeGreaterThan(10)
  })

  const long = `package/dist/${'folder/'.repeat(20)}file.txt`
  it.each([
    ['plain', good, 4],
    [
      'with a pax path',
      withEntry(paxEntry({ path: long, mtime: '1.5' }), rawEntry({ path: 'package/cut', data: 'x' })),
      5,
    ],
    [
      'with a GNU long name',
      withEntry(
        rawEntry({ path: '././@LongLink', type: 'L', data: `${long}\0` }),
        rawEntry({ path: 'package/cut', data: 'x', magic: 'ustar  \0' }),
      ),
      5,
    ],
    ['padded to 10 KiB', gzipSync(Buffer.concat([valid, Buffer.alloc(10_240)])), 4],
    [
      'with folders',
      rawBundle(rawEntry({ path: 'package/', type: '5' }), rawEntry({ path: 'package/dist/', type: '5' }), valid),
      4,
    ],
    [
      'with 4,990 files',
      withEntry(...Array.from({ length: 4990 }, (_, index) => rawEntry({ path: `package/f${index}` }))),
      4994,
    ],
  ])('accepts a bundle %s', async (_, bundle, count) => {
    const { files, manifest } = await readBundle(bundle)
    expect(files.size).toBe(count)
    expect(manifest.id).toBe('acme/weather')
  })

  it('gives the bytes of every file', async () => {
    const { files } = await readBundle(
      withEntry(paxEntry({ path: long }), rawEntry({ path: 'package/cut', data: 'wet' })),
    )
    expect(Buffer.from(files.get(long.slice('package/'.length)) ?? '').toString()).toBe('wet')
  })

  it('asks to come back when more bundles wait than it can read soon', async () => {
    const results = await Promise.allSettled(Array.from({ length: 80 }, () => readBundle(good)))
    const refused = results.filter(({ status }) => status === 'rejected')
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.length).toBeLessThan(20)
    for (const one of refused) expect(one).toMatchObject({ reason: { code: 'BUNDLE_BUSY', status: 503 } })
  })

  it('reads on in another thread when one ran out of memory or died', async () => {
    await expect(runJob({ kind: 'package', file: '/does/not/exist' }, 5000)).rejects.toMatchObject({
      code: 'BUNDLE_READER_FAILED',
    })
    expect((await readBundle(good)).manifest.id).toBe('acme/weather')
  })

  it('reads many bundles at once', async () => {
    const results = await Promise.all(Array.from({ length: 8 }, () => readBundle(good)))
    expect(new Set(results.map(({ digests }) => digests.bundle)).size).toBe(1)
  })
})
