import { gzipSync } from 'node:zlib'
import { paxEntry, pngOf, rawBundle, rawEntry } from '../../fixtures.ts'
import { casesOf, entriesOf, withChange, withEntries, withEntry } from '../hostile-case.ts'

const long = `package/dist/${'folder/'.repeat(20)}file.txt`
const named = (bytes: Buffer): Buffer => {
  const withName = Buffer.concat([bytes.subarray(0, 10), Buffer.from('weather.tar\0'), bytes.subarray(10)])
  withName[3] = 8
  return withName
}

/** Odd, and right: being strict must not mean to refuse good packages. */
export const controlCases = casesOf('control', [
  ['nothing odd', [], (version) => rawBundle(entriesOf(version))],
  [
    'a long path in an extended header',
    [],
    withEntries(paxEntry({ path: long, mtime: '1.5', uid: '1000' }), rawEntry({ path: 'package/cut', data: 'x' })),
  ],
  [
    'a long path as GNU writes it',
    [],
    withEntries(
      rawEntry({ path: '././@LongLink', type: 'L', data: `${long}\0`, magic: 'ustar  \0' }),
      rawEntry({ path: 'package/cut', data: 'x', magic: 'ustar  \0' }),
    ),
  ],
  ['padding to 10 KiB', [], (version) => gzipSync(Buffer.concat([entriesOf(version), Buffer.alloc(10_240)]))],
  [
    '4,990 files',
    [],
    withEntries(...Array.from({ length: 4990 }, (_, index) => rawEntry({ path: `package/f${index}` }))),
  ],
  [
    'entries of folders',
    [],
    (version) =>
      rawBundle(
        rawEntry({ path: 'package/', type: '5' }),
        rawEntry({ path: 'package/dist/', type: '5' }),
        entriesOf(version),
      ),
  ],
  ['a folder without a slash', [], withEntry({ path: 'package/docs', type: '5' })],
  ['the old type of a file', [], withEntry({ path: 'package/old.txt', type: '\0', data: 'x' })],
  ['permission to execute', [], withEntry({ path: 'package/run.sh', mode: '0000755\0', data: 'x' })],
  [
    'the commit of git archive',
    [],
    (version) => rawBundle(paxEntry({ comment: '0123456789abcdef' }, 'g'), entriesOf(version)),
  ],
  ['the size once more', [], withEntries(paxEntry({ size: '1' }), rawEntry({ path: 'package/b', data: 'x' }))],
  ['a name in the gzip header', [], (version) => named(rawBundle(entriesOf(version)))],
  ['no compression', [], (version) => gzipSync(Buffer.concat([entriesOf(version), Buffer.alloc(1024)]), { level: 0 })],
  [
    'an empty file, a dot file and names of other scripts',
    [],
    withEntries(
      rawEntry({ path: 'package/empty' }),
      rawEntry({ path: 'package/.editorconfig' }),
      rawEntry({ path: 'package/docs/日本語.md' }),
    ),
  ],
  ['a prerelease', [], (version) => withChange({ manifest: { version: `${version}-rc.1` } })(version)],
  [
    'harmless scripts, development dependencies and an icon',
    [],
    withChange({
      manifest: { icon: 'icon.png' },
      packageJson: {
        scripts: { test: 'vitest', build: 'tsc' },
        devDependencies: { vitest: '5.0.0' },
        dependencies: {},
      },
      files: { 'icon.png': pngOf(64, 64) },
    }),
  ],
  [
    'texts in several languages',
    [],
    withChange({
      manifest: { displayName: { en: 'Weather \u2600\uFE0F', ar: '\u0627\u0644\u0637\u0642\u0633' } },
      files: {
        'README.md': '# \u0627\u0644\u0637\u0642\u0633 \u{1F468}\u200D\u{1F469}\u200D\u{1F467}\n\nWetter & weather',
      },
    }),
  ],
])
