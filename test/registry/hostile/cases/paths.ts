import { paxEntry, rawEntry } from '../../fixtures.ts'
import { type HostileCase, casesOf, withEntries, withEntry } from '../hostile-case.ts'

const CANARY = '/tmp/nexus-canary-evil'
const at = (path: string | Buffer) => withEntry({ path, data: 'x' })
const extended = (path: string) => withEntries(paxEntry({ path }), rawEntry({ path: 'package/x', data: 'x' }))
const long = (path: string) =>
  withEntries(rawEntry({ path: '././@LongLink', type: 'L', data: path }), rawEntry({ path: 'package/x', data: 'x' }))
const climbing = (depth: number) => `package/${'../'.repeat(depth)}${CANARY.slice(1)}`

const refused: readonly (readonly [string, HostileCase['make']])[] = [
  ['a parent segment', at('package/../evil.js')],
  ['a parent segment that stays inside', at('package/a/../b.js')],
  ['a parent segment as the root', at('../package/b.js')],
  ['many parent segments', at(climbing(12))],
  ['a parent segment at the end', at('package/a/..')],
  ['a dot segment', at('package/./b.js')],
  ['a leading dot segment', at('./package/b.js')],
  ['an absolute path', at(CANARY)],
  ['an absolute path with two slashes', at(`/${CANARY}`)],
  ['an absolute path behind the root', at(`package/${CANARY}`)],
  ['an empty segment', at('package//b.js')],
  ['an empty name', at('')],
  ['an extended absolute path', extended(CANARY)],
  ['an extended parent segment', extended(climbing(3))],
  ['an extended path with a zero byte', extended('package/a\0b')],
  ['an extended path with a line break', extended('package/a\nb')],
  ['a long parent segment', long(`${climbing(3)}\0`)],
  ['a long absolute path', long(`${CANARY}\0`)],
  ['a long path that goes on after its zero byte', long('package/a\0/../../evil\0')],
  ['a name that goes on after its zero byte', at(Buffer.from('package/package.json\0.txt'))],
  ['a backslash', at('package\\b.js')],
  ['backslashes that climb', at('package\\..\\..\\evil.js')],
  ['a drive letter', at('C:/evil.js')],
  ['a drive letter behind the root', at('package/C:evil.js')],
  ['a network share', at('//server/share/evil.js')],
  ['an alternate data stream', at('package/b.js:evil')],
  ['a Windows device', at('package/aux.js')],
  ['a Windows device with a superscript digit', at('package/com¹')],
  ['a trailing dot', at('package/b.')],
  ['a trailing space', at('package/b.js ')],
  ['a terminal escape', at('package/\u001b[2J.js')],
  ['a line break', at('package/a\nb.js')],
  ['a direction override', at('package/a\u202Esj.js')],
  ['bytes that are not UTF-8', at(Buffer.from('package/\xff\xfe.js', 'latin1'))],
  ['a segment that no file system takes', extended(`package/${'a'.repeat(256)}`)],
]

export const pathCases = [
  ...casesOf(
    'path',
    refused.map(([title, make]) => [title, 'BUNDLE_PATH', make] as const),
  ),
  ...casesOf('path', [
    ['a second root, which stripping lays over the first', 'BUNDLE_LAYOUT', at('other/package.json')],
  ]),
]
