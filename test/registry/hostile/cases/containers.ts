import { deflateRawSync, deflateSync, gunzipSync, gzipSync, brotliCompressSync, zstdCompressSync } from 'node:zlib'
import { paxEntry, rawBundle, rawEntry } from '../../fixtures.ts'
import { type HostileCase, casesOf, entriesOf, withChange, withEntries, withEntry } from '../hostile-case.ts'

const MIB = 1024 * 1024
const end = Buffer.alloc(1024)
const good = (version: string) => rawBundle(entriesOf(version))
const tarOf = (version: string) => gunzipSync(good(version))
const tail =
  (...parts: readonly Buffer[]) =>
  (version: string) =>
    gzipSync(Buffer.concat([entriesOf(version), ...parts]))
const flip =
  (offset: number): HostileCase['make'] =>
  (version) => {
    const copy = Buffer.from(good(version))
    const at = offset < 0 ? copy.length + offset : offset
    copy[at] = (copy[at] ?? 0) ^ 0xff
    return copy
  }
const GZIP = 'BUNDLE_GZIP'
const HEADER = 'BUNDLE_HEADER'
const cut = rawEntry({ path: 'package/b', data: 'x' })

export const containerCases = casesOf('container', [
  ['a second gzip member', GZIP, (version) => Buffer.concat([good(version), good(version)])],
  ['an empty second member', GZIP, (version) => Buffer.concat([good(version), gzipSync('')])],
  ['bytes after the end', GZIP, (version) => Buffer.concat([good(version), Buffer.from('garbage')])],
  ['zero bytes after the end', GZIP, (version) => Buffer.concat([good(version), Buffer.alloc(512)])],
  ['a wrong length in the trailer', GZIP, flip(-1)],
  ['a wrong checksum in the trailer', GZIP, flip(-5)],
  ['a cut stream', GZIP, (version) => good(version).subarray(0, -20)],
  ['a missing trailer', GZIP, (version) => good(version).subarray(0, -8)],
  ['another method of compression', GZIP, flip(2)],
  ['reserved flags', GZIP, flip(3)],
  ['zstd', GZIP, (version) => zstdCompressSync(tarOf(version))],
  ['brotli', GZIP, (version) => brotliCompressSync(tarOf(version))],
  ['zlib', GZIP, (version) => deflateSync(tarOf(version))],
  ['raw deflate', GZIP, (version) => deflateRawSync(tarOf(version))],
  ['a plain tar', GZIP, tarOf],
  ['a ZIP', GZIP, () => Buffer.from(`PK\u0003\u0004${'\0'.repeat(60)}`, 'latin1')],
  [
    'an entry that is cut',
    'BUNDLE_TRUNCATED',
    (version) => gzipSync(Buffer.concat([entriesOf(version), cut.subarray(0, 600)])),
  ],
  ['an archive without an end', 'BUNDLE_TRUNCATED', (version) => gzipSync(entriesOf(version))],
  ['entries after one zero block', 'BUNDLE_TRAILING_DATA', tail(Buffer.alloc(512), cut, end)],
  ['a second archive', 'BUNDLE_TRAILING_DATA', tail(end, cut, end)],
  ['a wrong checksum', HEADER, withEntry({ path: 'package/b', badChecksum: true })],
  ['a size in base 256', HEADER, withEntry({ path: 'package/b', size: '\x80\0\0\0\0\0\0\0\0\0\0\x01' })],
  ['two sizes', HEADER, withEntries(paxEntry({ size: '9' }), rawEntry({ path: 'package/b' }))],
  [
    'a path for all that follow',
    HEADER,
    withEntries(paxEntry({ path: 'package/evil.js' }, 'g'), rawEntry({ path: 'package/b' })),
  ],
  [
    'an extended header that says a length of its own',
    HEADER,
    withEntries(rawEntry({ path: 'p', type: 'x', data: '99 path=a\n' }), rawEntry({ path: 'package/b' })),
  ],
])

const zeros = (bytes: number) => (version: string) =>
  gzipSync(Buffer.concat([entriesOf(version), Buffer.alloc(bytes)]), { level: 9 })

export const bombCases = casesOf('bomb', [
  ['8 MiB of padding', 'BUNDLE_TRAILING_DATA', zeros(8 * MIB)],
  ['200 MiB of padding', 'BUNDLE_UNPACKED_TOO_LARGE', zeros(200 * MIB)],
  [
    'a file of 100 MiB',
    ['BUNDLE_UNPACKED_TOO_LARGE', 'BUNDLE_FILE_TOO_LARGE'],
    withChange({ files: { 'dist/big': Buffer.alloc(100 * MIB) } }),
  ],
  ['a file of 17 MiB', 'BUNDLE_FILE_TOO_LARGE', withChange({ files: { 'dist/big': Buffer.alloc(17 * MIB) } })],
  [
    'files of 70 MiB in all',
    'BUNDLE_UNPACKED_TOO_LARGE',
    withEntries(
      ...Array.from({ length: 7 }, (_, index) => rawEntry({ path: `package/f${index}`, data: Buffer.alloc(10 * MIB) })),
    ),
  ],
  [
    '5,001 files',
    'BUNDLE_ENTRIES',
    withEntries(...Array.from({ length: 5001 }, (_, index) => rawEntry({ path: `package/f${index}` }))),
  ],
  [
    'folders that only paths imply',
    'BUNDLE_ENTRIES',
    withEntries(
      ...Array.from({ length: 600 }, (_, index) =>
        Buffer.concat([paxEntry({ path: `package/${index}/${'a/'.repeat(200)}x` }), rawEntry({ path: 'package/x' })]),
      ),
    ),
  ],
  [
    '20,000 extended headers',
    ['BUNDLE_ENTRIES', 'BUNDLE_HEADER'],
    withEntries(...Array.from({ length: 20_000 }, () => paxEntry({ comment: 'x' }, 'g'))),
  ],
  [
    'an extended header of a mebibyte',
    'BUNDLE_HEADER',
    withEntries(rawEntry({ path: 'p', type: 'x', data: Buffer.alloc(MIB, 'x') }), rawEntry({ path: 'package/b' })),
  ],
  [
    'a manifest of 5 MiB',
    'BUNDLE_FILE_TOO_LARGE',
    withChange({ files: { 'nexus.plugin.json': `{"a":"${'x'.repeat(5 * MIB)}"}` } }),
  ],
  [
    'a manifest that nests 100,000 deep',
    ['BUNDLE_JSON', 'BUNDLE_FILE_TOO_LARGE'],
    withChange({ files: { 'nexus.plugin.json': `${'['.repeat(100_000)}${']'.repeat(100_000)}` } }),
  ],
  ['a README of 8 MiB', 'BUNDLE_FILE_TOO_LARGE', withChange({ files: { 'README.md': '*a_ '.repeat(2 * MIB) } })],
])
