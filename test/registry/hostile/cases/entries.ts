import { paxEntry, rawEntry } from '../../fixtures.ts'
import { casesOf, withChange, withEntries, withEntry } from '../hostile-case.ts'

const link = (type: string, target = '/etc/passwd', path = 'package/link') => withEntry({ path, type, link: target })
const TYPE = 'BUNDLE_ENTRY_TYPE'
const extended = (records: Record<string, string>) =>
  withEntries(paxEntry(records), rawEntry({ path: 'package/x', data: 'x' }))

export const linkCases = casesOf('link', [
  ['a symbolic link out', TYPE, link('2')],
  ['a symbolic link inside', TYPE, link('2', 'README.md')],
  [
    'a symbolic link to a folder, and a file behind it',
    TYPE,
    withEntries(
      rawEntry({ path: 'package/out', type: '2', link: '/tmp' }),
      rawEntry({ path: 'package/out/nexus-canary-evil', data: 'x' }),
    ),
  ],
  [
    'a symbolic link as the manifest',
    [TYPE, 'BUNDLE_DUPLICATE'],
    link('2', '/etc/passwd', 'package/nexus.plugin.json'),
  ],
  ['a symbolic link to itself', TYPE, link('2', 'link')],
  ['a symbolic link as the root', TYPE, withEntry({ path: 'package', type: '2', link: '/tmp' })],
  ['a hard link out', TYPE, link('1')],
  ['a hard link inside', TYPE, link('1', 'package/README.md')],
  [
    'a hard link and a file over it',
    TYPE,
    withEntries(
      rawEntry({ path: 'package/h', type: '1', link: '/tmp/nexus-canary-evil' }),
      rawEntry({ path: 'package/h', data: 'x' }),
    ),
  ],
  [
    'a long link target',
    TYPE,
    withEntries(
      rawEntry({ path: '././@LongLink', type: 'K', data: '/etc/passwd\0' }),
      rawEntry({ path: 'package/l', type: '2' }),
    ),
  ],
  ['an extended link target', 'BUNDLE_HEADER', extended({ linkpath: '/etc/passwd' })],
  ['a character device', TYPE, link('3')],
  ['a block device', TYPE, link('4')],
  ['a named pipe', TYPE, link('6')],
  ['a contiguous file', TYPE, link('7')],
  ['a GNU folder dump', TYPE, link('D')],
  ['a GNU volume that goes on', TYPE, link('M')],
  ['a GNU sparse file', TYPE, link('S')],
  ['a GNU volume label', TYPE, link('V')],
  ['an access list of Solaris', TYPE, link('A')],
  ['an inode of star', TYPE, link('I')],
  ['an old extended header of Solaris', TYPE, link('X')],
  ['a type that nobody knows', TYPE, link('Z')],
  ['a sparse map', 'BUNDLE_HEADER', extended({ 'GNU.sparse.map': '0,1', 'GNU.sparse.major': '1' })],
  ['a sparse name', 'BUNDLE_HEADER', extended({ 'GNU.sparse.name': 'package/../evil' })],
  ['a capability in an extended header', 'BUNDLE_HEADER', extended({ 'SCHILY.xattr.security.capability': 'x' })],
  ['a file with a trailing slash', [TYPE, 'BUNDLE_PATH'], withEntry({ path: 'package/file/', data: 'x' })],
])

export const modeCases = casesOf('mode', [
  ['a setuid file', 'BUNDLE_MODE', withEntry({ path: 'package/b', mode: '0004755\0' })],
  ['a setgid file', 'BUNDLE_MODE', withEntry({ path: 'package/b', mode: '0002755\0' })],
  ['a sticky folder', 'BUNDLE_MODE', withEntry({ path: 'package/b/', type: '5', mode: '0001777\0' })],
])

const pair = (one: string, other: string) =>
  withEntries(rawEntry({ path: `package/${one}`, data: '1' }), rawEntry({ path: `package/${other}`, data: '2' }))

export const collisionCases = casesOf('collision', [
  ['the same path twice', 'BUNDLE_DUPLICATE', pair('a', 'a')],
  ['the manifest twice', 'BUNDLE_DUPLICATE', withEntry({ path: 'package/nexus.plugin.json', data: '{}' })],
  ['two cases', 'BUNDLE_DUPLICATE', pair('a/README', 'a/readme')],
  ['two cases of a folder', 'BUNDLE_DUPLICATE', withEntry({ path: 'package/DIST/other.js' })],
  ['composed and decomposed', 'BUNDLE_DUPLICATE', pair('\u00E9', 'e\u0301')],
  ['decomposed and composed', 'BUNDLE_DUPLICATE', pair('e\u0301', '\u00E9')],
  ['a ligature and its letters', 'BUNDLE_DUPLICATE', pair('\uFB01', 'fi')],
  ['sharp s and ss', 'BUNDLE_DUPLICATE', pair('stra\u00DFe', 'strasse')],
  ['the sign of kelvin and k', 'BUNDLE_DUPLICATE', pair('\u212A', 'k')],
  ['a file that is also a folder', 'BUNDLE_DUPLICATE', pair('a', 'a/b')],
  ['a folder that is also a file', 'BUNDLE_DUPLICATE', pair('a/b', 'a')],
])

export const contentCases = casesOf('content', [
  ['a native module', 'BUNDLE_NATIVE_CODE', withChange({ files: { 'dist/addon.node': 'x' } })],
  [
    'a program by another name',
    'BUNDLE_NATIVE_CODE',
    withChange({ files: { 'dist/logo.svg': '\x7fELF\x02\x01\x01' } }),
  ],
  ['nested packages', 'BUNDLE_DEPENDENCIES', withChange({ files: { 'node_modules/a/index.js': 'x' } })],
  [
    'code that turns its direction',
    'BUNDLE_HIDDEN_TEXT',
    withChange({ files: { 'dist/index.js': 'const a = "\u202E"' } }),
  ],
])

export const installCases = casesOf('install', [
  [
    'an unbundled dependency that npm would fetch',
    'BUNDLE_DEPENDENCIES',
    withChange({ packageJson: { dependencies: { evil: 'git+ssh://evil.test/x' } } }),
  ],
])
